/**
 * Node's http, as bundles get it. Imported as a module it would load all that it exports, also fetch and WebSocket, which
 * nobody uses: about 20 ms more at each cold start.
 */
module.exports = process.getBuiltinModule('node:http');
