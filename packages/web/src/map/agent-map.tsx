// The map of the folder that an agent works in, within its own page: where it stands is chosen at the beginning.
import '../words/late/map.ts'
import type { Agent } from '@tutti/core'
import { Maximize2 } from 'lucide-react'
import { Link } from 'wouter'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import { FolderMap } from './folder-map.tsx'

export const AgentMap = ({ agent: { id, folder } }: { agent: Agent }) => (
  <FolderMap
    folder={folder}
    start={(live) => live.work.find((one) => one.agent === id)?.file ?? null}
    choice={
      <Link
        className={css.whole}
        href={`/map?${new URLSearchParams({ in: folder }).toString()}`}
        aria-label={t('map.whole')}
        data-tip={t('map.whole')}
      >
        <Maximize2 aria-hidden />
      </Link>
    }
  />
)
