// The first screen of a new room: what Tutti is for, and the three ways to begin.
import '../words/late/welcome.ts'
import { Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { copyText } from '../data/clipboard.ts'
import { useMay } from '../data/session-store.ts'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { t } from '../words/words.ts'
import css from './welcome.module.css'

const DEMO = 'tutti demo'

export function Welcome() {
  const [, navigate] = useLocation()
  const mayWrite = useMay('agent:write')
  return (
    <div className={css.welcome}>
      <h1>{t('welcome.title')}</h1>
      <p className={css.says}>{t('welcome.says')}</p>
      {mayWrite && (
        <ol className={css.ways}>
          <Way title={t('welcome.new')} says={t('welcome.new-says')}>
            <Button kind="primary" onClick={() => navigate('/new')}>
              {t('agents.new')}
            </Button>
          </Way>
          <Way title={t('welcome.found')} says={t('welcome.found-says')}>
            <Button onClick={() => navigate('/found')}>{t('nav.found')}</Button>
          </Way>
          <Way title={t('welcome.demo')} says={t('welcome.demo-says')}>
            <Button icon={<Copy />} onClick={() => void copyText(DEMO)}>
              <code>{DEMO}</code>
            </Button>
          </Way>
        </ol>
      )}
      <p className={css.keys}>
        <Kbd keys="mod+k" /> {t('welcome.palette')} <Kbd keys="?" /> {t('welcome.sheet')}
      </p>
    </div>
  )
}

const Way = ({ title, says, children }: { title: string; says: string; children: ReactNode }) => (
  <li>
    <h2>{title}</h2>
    <p>{says}</p>
    {children}
  </li>
)
