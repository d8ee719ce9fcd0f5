// Who works where now, as a list: the same that stands on the map.
import { useAgents } from '../data/agents-store.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { meetingsOf } from './draw-agents.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { atLine, fileNode } from './model.ts'
import { marksOf } from './use-view.ts'

export function WorkList({ model, live, onGo }: SideProps) {
  const agents = useAgents((state) => state.agents)
  const work = live?.work ?? []
  if (work.length === 0) return <p className={css.count}>{t('map.work-none')}</p>
  const byAgent = Map.groupBy(work, (one) => one.agent)
  return (
    <div className={css.work}>
      <Meetings model={model} live={live} onGo={onGo} />
      {[...byAgent].map(([id, list]) => {
        const agent = agents.get(id)
        return (
          <section key={id} aria-label={list[0]?.name}>
            <h2>
              {agent && <StateGlyph status={agent.status} />} {list[0]?.name}
            </h2>
            <ul className={css.found}>
              {list.map((one) => {
                const file = fileNode(model, one.file)
                return (
                  <li key={one.file}>
                    <button
                      type="button"
                      disabled={file === undefined}
                      onClick={() =>
                        file !== undefined && onGo(one.line > 0 ? atLine(model, file, one.line) : file)
                      }
                    >
                      <span className={css.name}>{foreignText(one.file)}</span>
                      <span className={css.kind}>
                        {one.did === 'changed' ? t('map.work-changed') : t('map.work-read')}{' '}
                        <Time at={one.at} />
                      </span>
                    </button>
                  </li>
                )
              })}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

function Meetings({ model, live, onGo }: Pick<SideProps, 'model' | 'live' | 'onGo'>) {
  const marks = marksOf(model, live?.work ?? [])
  return meetingsOf(model, marks).map((file) => {
    const here = marks.filter((one) => model.files[one.node] === file && one.did === 'changed')
    const names = [...new Set(here.map((one) => one.name))].join(', ')
    return (
      <button key={file} type="button" className={css.meeting} onClick={() => onGo(file)}>
        {t('map.meet', { names, file: foreignText(model.paths[file] ?? '') })}
      </button>
    )
  })
}
