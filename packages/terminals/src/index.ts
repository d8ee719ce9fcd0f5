// The edge of the terminals package: what the daemon wires.
export type { FoundSession } from './found.ts'
export type { TerminalLimits } from './limits.ts'
export { DEFAULT_LIMITS } from './limits.ts'
export type { NewlinePolicy } from './pty-text.ts'
export { toPtyText } from './pty-text.ts'
export type { Recording } from './recording.ts'
export type { RecordingHit, RecordingIndex } from './recording-reader.ts'
export { indexRecording, searchRecording } from './recording-reader.ts'
export type { Viewer } from './session-view.ts'
export type { Environment, RunOptions, RunResult, SpawnOptions } from './spawn.ts'
export { run, spawnArgv } from './spawn.ts'
export type {
  Exit,
  RecordRequest,
  Recovered,
  SessionInfo,
  StartRequest,
  StopRequest,
  Terminals,
  TerminalsOptions,
} from './terminals.ts'
export { createTerminals } from './terminals.ts'
export { OLDEST_TMUX, tmuxVersion } from './tmux.ts'
export type { OutFrame, Send } from './viewer.ts'
