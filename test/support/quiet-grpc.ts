// Import it first: gRPC reads this when it is loaded. Else it writes to the console of every attempt by a proxy that fails,
// also after the test that made it.
process.env['GRPC_VERBOSITY'] = 'NONE';
