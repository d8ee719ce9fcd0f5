// Property tests try the same cases in every run, so that a red run is about the change and not about luck.
import fc from 'fast-check'

// `TUTTI_TEST_SEED=random` looks for new cases; a number repeats what such a run has found.
const wanted = process.env['TUTTI_TEST_SEED'] ?? '1'
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })
