/** Loaded before the specs of `npm run test:long`: generated tests run much longer than for every commit. */

process.env['FUZZ_RUNS'] ??= '3000000'
process.env['SEEDS'] ??= '1000'
process.env['FUZZ_VARIANTS'] ??= '10000'
process.env['FUZZ_MANIFESTS'] ??= '100000'
