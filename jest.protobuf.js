const { dirname } = require('node:path');

/**
 * npm may install protobufjs several times, and then the SDK's two parts that read and write histories as JSON
 * ("type must be a Type") do not know each other's classes: in tests all get the one that the SDK's messages are of.
 */
const messages = require.resolve('@temporalio/proto');
const own = dirname(require.resolve('protobufjs/package.json', { paths: [messages] }));

module.exports = { '^protobufjs($|/.*)': `${own}$1` };
