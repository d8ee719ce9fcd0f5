// All that a daemon is made of at its start, as one part: the bundle keeps it in one piece, which loads faster than forty.
export { startDaemon } from './main.ts'
export { openFeatures } from './wiring/features.ts'
