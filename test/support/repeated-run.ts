/** Loaded before the specs of `npm run test:faults`: each scenario runs so often, since what goes wrong with processes goes wrong now and then. */

process.env['FAULT_REPEATS'] ??= '3'
