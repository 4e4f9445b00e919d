// Stands in for @vscode/spdlog, which is compiled: writes the same log files, one line at a time.
const fs = require('node:fs');
const path = require('node:path');

class Logger {
  constructor(file) {
    this.file = file;
    this.level = 2;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  write(severity, message) {
    try {
      fs.appendFileSync(this.file, this.raw ? message : `${new Date().toISOString()} [${severity}] ${message}\n`);
    } catch {
      // A log that cannot be written must not end VS Code.
    }
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  clearFormatters() {
    this.raw = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}
for (const severity of ['trace', 'debug', 'info', 'warn', 'error', 'critical']) {
  Logger.prototype[severity] = function (message) {
    this.write(severity, message);
  };
}

// One assignment for each name: only so can an ES module import them by name.
const create = async (_name, file) => new Logger(file);
exports.version = 11100;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
