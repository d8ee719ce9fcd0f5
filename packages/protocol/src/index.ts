// The edge of the protocol package: the languages that Tutti speaks on a wire, pure and without Node.
export { FrameError } from './frame-body.ts'
export * from './terminal-frames.ts'
