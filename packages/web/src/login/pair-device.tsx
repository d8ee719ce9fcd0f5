// A phone or another browser that was given a code: it shows its digits, and is in when they were compared where one is in.
import '../words/late/settings.ts'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { faultText } from '../data/fault-text.ts'
import { enter } from '../data/session-store.ts'
import { browserName } from '../settings/access/browser-name.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import css from './door.module.css'
import { useEntering } from './use-entering.ts'

export function PairDevice({ machine, code }: { machine: string; code: string }) {
  const [name, setName] = useState(() => browserName(navigator.userAgent))
  const [joined, setJoined] = useState<{ ticket: string; text: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const join = async () => {
    setBusy(true)
    try {
      setJoined(await api.joinDevice({ code, name: name.trim() || t('device.unnamed') }))
    } catch (error) {
      setProblem(faultText(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <h1>{t('device.title', { machine })}</h1>
      {joined ? (
        <Waiting {...joined} />
      ) : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            void join()
          }}
        >
          <p className={css.text}>{t('device.text')}</p>
          <TextField
            label={t('device.name')}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
          />
          {problem && (
            <p className={css.problem} role="alert">
              {problem}
            </p>
          )}
          <Button kind="primary" type="submit" busy={busy}>
            {t('device.do')}
          </Button>
        </form>
      )}
    </>
  )
}

function Waiting({ ticket, text }: { ticket: string; text: string }) {
  const { problem, refuse } = useEntering()
  useEffect(() => {
    const end = new AbortController()
    const wait = async () => {
      // Each question waits at the server until a person has compared, or for 20 s.
      while (!end.signal.aborted) {
        const { me } = await api.enterDevice({ ticket }, { signal: end.signal })
        if (me && !end.signal.aborted) return enter(me)
      }
    }
    wait().catch((error: unknown) => {
      if (!end.signal.aborted) refuse(faultText(error))
    })
    return () => end.abort()
    // The ticket is what is waited for; how a refusal is shown is new on every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [ticket])
  return (
    <>
      <p className={css.text}>{t('device.compare')}</p>
      <output className={css.digits} aria-label={t('device.digits', { digits: text })}>
        {text}
      </output>
      {problem && (
        <p className={css.problem} role="alert">
          {problem.text}
        </p>
      )}
    </>
  )
}
