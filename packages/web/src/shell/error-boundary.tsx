// A screen that breaks takes only itself down.
import { Component, type ReactNode } from 'react'
import { t } from '../words/words.ts'
import { ErrorState } from '../ui/page-states.tsx'

interface Props {
  children: ReactNode
  /** A new place gets a new chance. */
  place: string
}

// A class because React asks for one here.
export class ErrorBoundary extends Component<Props, { message: string | null; place: string }> {
  override state = { message: null, place: this.props.place }

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  static getDerivedStateFromProps(props: Props, state: { place: string }) {
    return props.place === state.place ? null : { message: null, place: props.place }
  }

  override render() {
    const { message } = this.state
    if (message === null) return this.props.children
    return <ErrorState message={t('error.page', { message })} onRetry={() => location.reload()} />
  }
}
