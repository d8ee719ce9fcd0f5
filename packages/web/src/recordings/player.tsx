// The player itself: a screen, a scrubber and the keys that everyone knows from videos.
import { ChevronDown, ChevronUp, Pause, Play } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { clockTime } from '../ui/relative-time.ts'
import { t } from '../words/words.ts'
import { findInCast, type Cast } from './cast.ts'
import { createCastScreen } from './cast-screen.ts'
import { createPlayback, type Playback } from './playback.ts'
import css from './player.module.css'

const SPEEDS = [0.5, 1, 2, 4, 8, 16]
const WAITS = [1, 2, 5]
const SKIP_S = 5

interface Props {
  cast: Cast
  /** The longest wait in seconds; null plays every wait out. */
  longest: number | null
  onLongest: (seconds: number | null) => void
}

export function Player({ cast, longest, onLongest }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const player = usePlayback(cast, place)
  const { playback, at, playing } = player
  const toggle = () => (playing ? playback?.pause() : playback?.play())
  useCommand('play', toggle)
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -SKIP_S, ArrowRight: SKIP_S }[event.key]
    if (step === undefined || event.target instanceof HTMLInputElement) return
    event.preventDefault()
    playback?.seek(at + step)
  }
  return (
    // Arrow keys skip wherever the focus is inside; the controls have their own.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={css.player} onKeyDown={press}>
      <div ref={place} className={css.screen} />
      <div className={css.controls}>
        <IconButton
          label={playing ? t('recordings.pause') : t('recordings.play')}
          keys="space"
          onClick={toggle}
        >
          {playing ? <Pause /> : <Play />}
        </IconButton>
        <input
          type="range"
          className={css.scrubber}
          min={0}
          max={Math.max(cast.length, 0.1)}
          step="any"
          value={at}
          aria-label={t('recordings.position')}
          aria-valuetext={clockTime(at)}
          onChange={(event) => playback?.seek(event.target.valueAsNumber)}
        />
        <span className={css.time}>
          {clockTime(at)} / {clockTime(cast.length)}
        </span>
        <SpeedSelect onSpeed={(speed) => playback?.setSpeed(speed)} />
        <WaitSelect longest={longest} onLongest={onLongest} />
        <Search cast={cast} at={at} onSeek={(to) => playback?.seek(to)} />
      </div>
    </div>
  )
}

function usePlayback(cast: Cast, place: { current: HTMLElement | null }) {
  const [playback, setPlayback] = useState<Playback | null>(null)
  const [moved, setMoved] = useState({ at: 0, playing: false })
  useEffect(() => {
    const parent = place.current
    if (!parent) return undefined
    const screen = createCastScreen(parent, cast)
    const made = createPlayback(cast, {
      screen,
      now: () => performance.now(),
      frame: (run) => {
        const request = requestAnimationFrame(run)
        return () => cancelAnimationFrame(request)
      },
      onMove: (at, playing) => setMoved({ at, playing }),
    })
    // The player exists only once its place is in the page.
    // oxlint-disable-next-line react/set-state-in-effect
    setPlayback(made)
    made.play()
    return () => {
      made.dispose()
      screen.dispose()
    }
  }, [cast, place])
  return { playback, ...moved }
}

function SpeedSelect({ onSpeed }: { onSpeed: (speed: number) => void }) {
  const [speed, setSpeed] = useState(1)
  return (
    <Select
      aria-label={t('recordings.speed')}
      value={speed}
      onChange={(event) => {
        const next = Number(event.target.value)
        setSpeed(next)
        onSpeed(next)
      }}
    >
      {SPEEDS.map((one) => (
        <option key={one} value={one}>
          {one}×
        </option>
      ))}
    </Select>
  )
}

const WaitSelect = ({ longest, onLongest }: Pick<Props, 'longest' | 'onLongest'>) => (
  <label className={css.waits}>
    {t('recordings.idle')}
    <Select
      value={longest ?? ''}
      onChange={(event) => onLongest(event.target.value === '' ? null : Number(event.target.value))}
    >
      {WAITS.map((one) => (
        <option key={one} value={one}>
          {t('recordings.seconds', { n: one })}
        </option>
      ))}
      <option value="">{t('recordings.idle-off')}</option>
    </Select>
  </label>
)

const NEAR_S = 0.001 // two places in one event are one place

function Search({ cast, at, onSeek }: { cast: Cast; at: number; onSeek: (to: number) => void }) {
  const [words, setWords] = useState('')
  const times = findInCast(cast, words).map((index) => cast.events[index]?.at ?? 0)
  const go = (to: number | undefined) => {
    if (to !== undefined) onSeek(to)
  }
  const next = () => go(times.find((time) => time > at + NEAR_S) ?? times[0])
  const previous = () => go(times.findLast((time) => time < at - NEAR_S) ?? times.at(-1))
  return (
    <search className={css.search}>
      <Input
        type="search"
        value={words}
        placeholder={t('recordings.search')}
        aria-label={t('recordings.search')}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') (event.shiftKey ? previous : next)()
        }}
      />
      {words && <span aria-live="polite">{t('recordings.hits', { n: times.length })}</span>}
      <IconButton
        label={t('recordings.previous')}
        keys="shift+enter"
        disabled={times.length === 0}
        onClick={previous}
      >
        <ChevronUp />
      </IconButton>
      <IconButton label={t('recordings.next')} keys="enter" disabled={times.length === 0} onClick={next}>
        <ChevronDown />
      </IconButton>
    </search>
  )
}
