// One terminal on this page: xterm, its channel to the agent, and what the frame around it has to know.
import type { TerminalHandle } from '@tutti/client'
import type { ViewState } from '@tutti/protocol'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { liveStream } from '../data/live.ts'
import { withCspStyles } from './csp-styles.ts'
import { MONO, isMonoThere, whenMonoIsThere } from './mono.ts'
import { followScreen } from './screen-flow.ts'
import { clipboardRequest, silenceReplies } from './silence.ts'
import { termTheme } from './term-theme.ts'
import { drawFast } from './webgl.ts'

/** What is known about the terminal beside its screen. */
export interface TerminalView {
  phase: 'opening' | 'open' | 'ended' | 'fault'
  linked: boolean
  access: 'write' | 'read'
  state: ViewState | null
  exit: { code: number | null; reason: string } | null
  fault: { code: string; message: string } | null
  /** Text that the program wants to put into the clipboard. */
  copyRequest: string | null
  /** The link under the pointer. */
  link: string | null
  ctrl: boolean
  matches: { index: number; count: number } | null
}

export interface TerminalSession {
  agentId: string
  term: Terminal
  search: SearchAddon
  view: StoreApi<TerminalView>
  handle: TerminalHandle
  /** Shows it inside the element, until it is shown elsewhere. */
  attach(parent: HTMLElement): void
  /** Fits the size to the element it is in. */
  fit(): void
  type(text: string): void
  setFont(sizePx: number): void
  dispose(): void
}

export interface SessionRequest {
  agentId: string
  access: 'write' | 'read'
  fontSize: number
}

const SCROLLBACK = 10_000 // lines; beyond it the recording is the place to look
const FIRST_SIZE = { cols: 120, rows: 36 }

export function createTerminalSession(request: SessionRequest): TerminalSession {
  const view = createStore<TerminalView>()(() => unopened(request.access))
  const term = createTerm(request.fontSize, view)
  const fitting = new FitAddon()
  const search = new SearchAddon()
  term.loadAddon(fitting)
  term.loadAddon(search)
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    view.setState({ matches: { index: resultIndex + 1, count: resultCount } }),
  )

  const host = document.createElement('div')
  host.dataset['terminal'] = ''
  let opened = false
  // Without a size of its own, such as while hidden, an element proposes none that makes sense.
  const wanted = () => {
    const size = fitting.proposeDimensions()
    return size && Number.isInteger(size.cols) && Number.isInteger(size.rows) ? size : null
  }
  const attach = (parent: HTMLElement) => {
    parent.append(host)
    if (opened) return
    opened = true
    withCspStyles(() => {
      term.open(host)
      drawFast(term)
    })
    const size = wanted()
    if (size) term.resize(size.cols, size.rows)
  }
  let handle: TerminalHandle | null = null
  const channel = (): TerminalHandle => {
    handle ??= openChannel(request, { term, view })
    return handle
  }
  const type = (text: string) => {
    const ctrl = view.getState().ctrl
    if (ctrl) view.setState({ ctrl: false })
    channel().write(ctrl ? withControl(text) : text)
  }
  const fit = () => {
    const size = wanted()
    if (!size || !host.isConnected) return
    const owner = view.getState().state?.sizeOwner ?? 'you'
    if (owner === 'you') term.resize(size.cols, size.rows)
    channel().resize(size.cols, size.rows)
  }
  let ended = false
  whenMonoIsThere(() => {
    if (ended) return
    term.options.fontFamily = MONO
    fit()
  })
  term.onData(type)
  term.onBinary((data) => channel().write(Uint8Array.from(data, (one) => one.codePointAt(0) ?? 0)))

  return {
    agentId: request.agentId,
    term,
    search,
    view,
    get handle() {
      return channel()
    },
    attach,
    fit,
    type,
    setFont: (sizePx) => {
      term.options.fontSize = sizePx
    },
    dispose: () => {
      ended = true
      handle?.close()
      term.dispose()
      host.remove()
    },
  }
}

const unopened = (access: TerminalView['access']): TerminalView => ({
  phase: 'opening',
  linked: false,
  access,
  state: null,
  exit: null,
  fault: null,
  copyRequest: null,
  link: null,
  ctrl: false,
  matches: null,
})

function createTerm(fontSize: number, view: StoreApi<TerminalView>): Terminal {
  const open = (event: MouseEvent, uri: string) => openLink(event, uri)
  const hover = (_event: MouseEvent, uri: string) => view.setState({ link: uri })
  const leave = () => view.setState({ link: null })
  const term = new Terminal({
    ...FIRST_SIZE,
    allowProposedApi: true, // the Unicode addon registers itself through it
    fontFamily: isMonoThere() ? MONO : 'monospace',
    fontSize,
    lineHeight: 1.15,
    scrollback: SCROLLBACK,
    overviewRuler: { width: 8 }, // the width of the scroll bar as well
    cursorBlink: false,
    cursorInactiveStyle: 'outline',
    theme: termTheme(),
    minimumContrastRatio: document.documentElement.dataset['contrast'] === 'high' ? 7 : 4.5,
    linkHandler: { activate: open, hover, leave, allowNonHttpProtocols: false },
    macOptionClickForcesSelection: true,
  })
  term.loadAddon(new Unicode11Addon())
  term.unicode.activeVersion = '11'
  term.loadAddon(new WebLinksAddon(open, { hover, leave }))
  silenceReplies(term.parser)
  term.parser.registerOscHandler(52, (data) => {
    const copyRequest = clipboardRequest(data)
    if (copyRequest !== null) view.setState({ copyRequest })
    return true
  })
  return term
}

function openChannel(
  request: SessionRequest,
  { term, view }: { term: Terminal; view: StoreApi<TerminalView> },
): TerminalHandle {
  const { agentId, access } = request
  const flow = followScreen(term, (bytes) => handle.credit(bytes))
  const handle = liveStream().openTerminal(
    { agentId, access, kind: 'terminal', cols: term.cols, rows: term.rows },
    {
      ...flow,
      opened: (opened) =>
        view.setState({ phase: 'open', access: opened.access, exit: null, fault: null, linked: true }),
      state: (state) => {
        view.setState({ state })
        if (state.sizeOwner !== 'you') flow.resize(state.cols, state.rows)
      },
      exit: (exit) => view.setState({ phase: 'ended', exit, copyRequest: null }),
      fault: (fault) => view.setState({ phase: 'fault', fault }),
      linked: (linked) => view.setState({ linked }),
    },
  )
  return handle
}

/** Only addresses of the web, only with ⌘ or Ctrl held, and without telling the page where one came from. */
function openLink(event: MouseEvent, uri: string): void {
  if (!(event.metaKey || event.ctrlKey) || !/^https?:\/\//i.test(uri)) return
  window.open(uri, '_blank', 'noopener,noreferrer')
}

/** The control character of a letter: Ctrl-C for c. */
export function withControl(text: string): string {
  const code = text.toUpperCase().codePointAt(0) ?? 0
  return text.length === 1 && code >= 64 && code < 96 ? String.fromCodePoint(code - 64) : text
}
