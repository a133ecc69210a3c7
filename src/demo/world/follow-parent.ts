// Loaded before every program of the demo world: when the world is gone, however it went, its programs end too, and no
// port stays taken by an orphan.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Listening must not keep a program alive that has otherwise ended.
process.channel?.unref();
