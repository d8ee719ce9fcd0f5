// Every number that bounds a terminal's use of memory, time and network, each with its reason.
import type { Rate } from './flood-gate.ts'
import type { ShareRates } from './flood-share.ts'

export interface TerminalLimits {
  /** Output that a session keeps for viewers that lag or reconnect. */
  ringBytes: number
  /** The same while it is one of several loud ones. */
  crowdedRingBytes: number
  /** What one pane may stream before its viewers get pictures instead. */
  pane: Rate
  /** What a pane may stream without being counted: keys, prompts, an agent that talks. */
  quiet: Rate
  /** What all panes of this process may stream beyond that. */
  total: Rate
  /** What loud panes get where there are several. */
  share: ShareRates
  /** What a flooded pane may stream to show that it is one no more. */
  probeBytes: number
  /** Pause between two pictures of a flood. */
  floodPollMs: number
  /** Every so many pictures the stream is opened to look at its rate. */
  floodProbe: number
  /** Lines of history in a snapshot. */
  snapshotLines: number
  /** How long a session stays attached after its last viewer has left. */
  lingerMs: number
  /** Shortest time between two thumbnails of a session. */
  thumbnailMs: number
  /** How often the processes of sessions are looked at, without starting one. */
  aliveMs: number
}

const MIB = 1024 * 1024

export const DEFAULT_LIMITS: TerminalLimits = {
  ringBytes: 8 * MIB,
  crowdedRingBytes: MIB,
  // tmux feeds a watcher at 3 to 8 MB/s and none at 15 to 20 MB/s. What passes whole: a steady 0.75 MiB/s, and 1.5 MiB at
  // any speed (seq to 200,000). A flood of 50 MB runs so far at the watched speed and from there on free.
  pane: { burstBytes: 1.5 * MIB, refillBytesPerSecond: 0.75 * MIB },
  quiet: { burstBytes: 256 * 1024, refillBytesPerSecond: 128 * 1024 },
  total: { burstBytes: 24 * MIB, refillBytesPerSecond: 6 * MIB },
  share: {
    bytesPerSecond: 6 * MIB,
    typingBytesPerSecond: 2 * MIB,
    typingMs: 3000,
  },
  probeBytes: 256 * 1024,
  floodPollMs: 50,
  floodProbe: 60,
  snapshotLines: 20_000,
  lingerMs: 30_000,
  thumbnailMs: 500,
  aliveMs: 1000,
}
