// The audit log in pages, newest first: older ones on request, newer ones counted and shown only when asked for.
import { useEffect, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { faultText } from '../../data/fault-text.ts'
import { onLiveEvent } from '../../data/live.ts'
import { useLive, type Live } from '../../data/use-live.ts'
import { auditQuery, filterKey, type AuditEntry, type AuditFilter, type AuditPage } from './audit-filter.ts'

const PAGE = 200
const QUIET_MS = 800 // one question for a burst of events

export interface AuditLog {
  first: Live<AuditPage>
  /** Newer than what is shown; `more` when there may be further ones. */
  fresh: { count: number; more: boolean }
  showFresh: () => void
  older: { loading: boolean; problem: string | null; load: () => void }
}

export function useAudit(filter: AuditFilter): AuditLog {
  const key = filterKey(filter)
  const query = auditQuery(filter)
  const first = useLive<AuditPage>({ key, read: () => api.listAudit({ ...query, limit: PAGE }) })
  const older = useOlder(first, filter)
  const page = useFresh(filter, key)
  const top = first.state === 'ready' ? (first.value.items[0]?.seq ?? 0) : Infinity
  const fresh = page?.key === key ? page.items.filter(({ seq }) => seq > top) : []
  return {
    first,
    fresh: { count: fresh.length, more: fresh.length === PAGE },
    // More than one page of news: what lies between is not known, so everything is read anew.
    showFresh: () => {
      if (first.state !== 'ready') return
      if (fresh.length === PAGE) first.reload()
      else first.change((now) => ({ ...now, items: [...fresh, ...now.items] }))
    },
    older,
  }
}

/** The newest page again whenever something happened on this machine. */
function useFresh(filter: AuditFilter, key: string): { key: string; items: AuditEntry[] } | null {
  const [page, setPage] = useState<{ key: string; items: AuditEntry[] } | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      timer = undefined
      api.listAudit({ ...auditQuery(filter), limit: PAGE }).then(
        ({ items }) => setPage({ key, items }),
        () => undefined, // the next event asks again, and the banner says when the daemon is away
      )
    }
    const deaf = onLiveEvent(() => (timer ??= setTimeout(look, QUIET_MS)))
    return () => {
      deaf()
      clearTimeout(timer)
    }
    // The key says all of the filter.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key])
  return page
}

function useOlder(first: Live<AuditPage>, filter: AuditFilter): AuditLog['older'] {
  const [state, setState] = useState<{ loading: boolean; problem: string | null }>({
    loading: false,
    problem: null,
  })
  const asked = useRef(false)
  const load = async () => {
    if (first.state !== 'ready' || first.value.next === null || asked.current) return
    const { next } = first.value
    asked.current = true
    setState({ loading: true, problem: null })
    try {
      const page = await api.listAudit({ ...auditQuery(filter), limit: PAGE, before: next })
      first.change((now) => (now.next === next ? joined(now, page) : now))
      setState({ loading: false, problem: null })
    } catch (error) {
      setState({ loading: false, problem: faultText(error) })
    } finally {
      asked.current = false
    }
  }
  return { ...state, load: () => void load() }
}

const joined = (newer: AuditPage, older: AuditPage): AuditPage => ({
  items: [...newer.items, ...older.items],
  next: older.next,
})
