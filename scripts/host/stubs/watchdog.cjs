// Stands in for @vscode/native-watchdog's compiled part, which ends an extension host whose parent has died. Its parent ends it here.
exports.start = () => {};
exports.exit = (code) => process.exit(code);
