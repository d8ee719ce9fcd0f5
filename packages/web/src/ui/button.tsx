// The button: says what happens, and looks the same wherever it says it.
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'
import css from './button.module.css'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: ReactNode
  /** While it works: the button stays in place and cannot be pressed twice. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', icon, busy, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(css.button, css[kind], className)}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, for the tooltip and for screen readers. */
  label: string
  /** The key chord, shown in the tooltip. */
  keys?: string
  pressed?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({ label, keys, pressed, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys}
      aria-pressed={pressed}
      {...rest}
      className={classNames(css.icon, className)}
    >
      {children}
    </button>
  )
}
