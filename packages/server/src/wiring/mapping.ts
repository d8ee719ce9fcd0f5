// Wires what the code map needs of this machine: its folders, its agents, and what they have just changed.
import type { Agents } from '../agents/agents.ts'
import type { FeatureOptions } from './features.ts'
import type { createFolders } from '../folders/folders.ts'
import type { Room } from '../main.ts'
import { createMaps } from '../map/maps.ts'
import type { Oversight } from './oversight.ts'

export const openMaps = (
  { config, log, settings, store, clock, random }: Room,
  { env }: FeatureOptions,
  {
    folders,
    roster,
    oversight,
  }: { folders: ReturnType<typeof createFolders>; roster: Agents['roster']; oversight: Oversight },
) =>
  createMaps({
    clock,
    random,
    entries: oversight.entries,
    onWork: (hear) =>
      store.onEvents((events) => {
        for (const event of events) if (event.type === 'transcript.grown') hear(event.data)
      }),
    store,
    dataFolder: config.dataFolder,
    env,
    log,
    folderFor: folders.folderFor,
    allowedFolders: () => settings.current().allowedFolders,
    agents: () => roster.list(false),
  })
