// Screens that are loaded when first opened, by their named export.
import { lazy, type ComponentType } from 'react'

export const lazyScreen = <N extends string, P extends object>(
  load: () => Promise<Record<N, ComponentType<P>>>,
  name: N,
) => lazy(async () => ({ default: (await load())[name] }))
