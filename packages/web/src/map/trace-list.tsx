// The trace that the picture shows, as a list: each step of a way, each ring of what a change reaches, and the tests that would show it.
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { NodeRow } from './node-row.tsx'
import { traceTitle } from './trace-bar.tsx'

export function TraceList(props: SideProps) {
  const { model, state } = props
  const { trace, view } = state
  if (!trace || view.trace.is === 'none' || view.trace.is === 'found') return null
  const isTest = (node: number) => model.kindWords[model.kinds[node] ?? 0] === 'test'
  const tests = trace.steps.flat().filter((node) => isTest(node))
  return (
    <section className={css.traced} aria-label={traceTitle(view.trace, model, true)}>
      <h2>{traceTitle(view.trace, model, true)}</h2>
      {view.trace.is === 'way' ? (
        <Nodes {...props} nodes={trace.way} />
      ) : (
        trace.steps.map((nodes, step) => (
          <Step
            key={step}
            {...props}
            title={t('map.ring', { n: step + 1 })}
            nodes={nodes.filter((node) => !isTest(node))}
          />
        ))
      )}
      {view.trace.is !== 'way' && <Step {...props} title={t('map.find-tests')} nodes={tests} />}
    </section>
  )
}

interface NodesProps extends SideProps {
  nodes: readonly number[]
}

function Step({ title, ...props }: NodesProps & { title: string }) {
  if (props.nodes.length === 0) return null
  return (
    <details className={css.group} open={props.nodes.length <= LISTED}>
      <summary>
        {title} <span className={css.dim}>{props.nodes.length}</span>
      </summary>
      <Nodes {...props} />
    </details>
  )
}

/** So many at first, and with each press. */
const LISTED = 60

function Nodes({ nodes, ...props }: NodesProps) {
  const [most, setMost] = useState(LISTED)
  return (
    <>
      <ul className={css.found}>
        {nodes.slice(0, most).map((node) => (
          <NodeRow key={node} {...props} node={node} onPick={props.onGo} />
        ))}
      </ul>
      {nodes.length > most && (
        <Button kind="quiet" onClick={() => setMost(most + LISTED)}>
          {t('map.find-more', { n: nodes.length - most })}
        </Button>
      )}
    </>
  )
}
