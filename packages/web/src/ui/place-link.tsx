// A link in the list of places at the side of a screen; the one where somebody is stands out.
import type { ComponentProps } from 'react'
import { Link } from 'wouter'
import { classNames } from './class-names.ts'
import css from './place-link.module.css'

type Props = Omit<ComponentProps<'a'>, 'href'> & { href: string; isHere: boolean }

export const PlaceLink = ({ isHere, className, ...rest }: Props) => (
  <Link {...rest} className={classNames(css.place, className)} aria-current={isHere ? 'page' : undefined} />
)
