// A labelled control with its hint and its error, tied together for screen readers.
import {
  useId,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
} from 'react'
import { t } from '../words/words.ts'
import { classNames } from './class-names.ts'
import css from './field.module.css'
import { sentence } from './sentence.tsx'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  optional?: boolean
  /** Gets the ids that the control has to carry. */
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode
}

export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {label}
        {optional && <span className={css.optional}>{t('common.optional')}</span>}
      </label>
      {children({
        id,
        ...(note ? { 'aria-describedby': `${id}-note` } : {}),
        ...(error ? { 'aria-invalid': true } : {}),
      })}
      {note && (
        <p
          id={`${id}-note`}
          className={error ? css.error : css.hint}
          aria-live={error ? 'polite' : undefined}
        >
          {typeof note === 'string' ? sentence(note) : note}
        </p>
      )}
    </div>
  )
}

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  mono?: boolean
  ref?: Ref<HTMLInputElement>
}

export const Input = ({ mono, className, ...rest }: InputProps) => (
  <input
    autoComplete="off"
    spellCheck={false}
    {...rest}
    className={classNames(css.input, mono && css.mono, className)}
  />
)

interface TextFieldProps extends Omit<InputProps, 'id'> {
  label: string
  hint?: ReactNode
  error?: string | undefined
  optional?: boolean
}

/** The usual case: one line of text with its label. */
export const TextField = ({ label, hint, error, optional, ...rest }: TextFieldProps) => (
  <Field label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
    {(ids) => <Input {...rest} {...ids} />}
  </Field>
)

interface TextAreaProps {
  label: string
  value: string
  onText: (text: string) => void
  hint?: ReactNode
  error?: string | undefined
  rows?: number
  mono?: boolean
  placeholder?: string
  optional?: boolean
  /** It takes the focus where its form begins. */
  autoStart?: boolean
  onPress?: (event: KeyboardEvent) => void
}

export const TextArea = ({
  label,
  value,
  onText,
  rows = 3,
  mono,
  placeholder,
  autoStart,
  onPress,
  ...field
}: TextAreaProps) => (
  <Field label={label} {...field}>
    {(ids) => (
      <textarea
        {...ids}
        data-autofocus={autoStart}
        onKeyDown={onPress}
        value={value}
        rows={rows}
        placeholder={placeholder}
        spellCheck={!mono}
        className={classNames(css.input, css.area, mono && css.mono)}
        onChange={(event) => onText(event.target.value)}
      />
    )}
  </Field>
)

export const Select = ({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) => (
  <select {...rest} className={classNames(css.input, css.select, className)} />
)

interface CheckProps {
  label: ReactNode
  hint?: string
  checked: boolean
  onChecked: (checked: boolean) => void
  disabled?: boolean
}

export const Check = ({ label, hint, checked, onChecked, disabled }: CheckProps) => (
  <label className={css.check}>
    <input
      type="checkbox"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChecked(event.target.checked)}
    />
    <span>
      {label}
      {hint && <span className={css.hint}>{hint}</span>}
    </span>
  </label>
)
