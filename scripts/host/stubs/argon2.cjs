// Stands in for argon2, which older releases of code-server want compiled: it hashes passwords, and a server without one has nothing to hash.
const refuse = async () => {
  throw new Error('this code-server was installed for tests, and takes no password');
};
exports.hash = refuse;
exports.verify = refuse;
