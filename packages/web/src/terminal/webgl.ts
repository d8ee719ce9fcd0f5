// Draws a terminal by the graphics card where there is one; xterm's own drawing is the fallback.
import { WebglAddon } from '@xterm/addon-webgl'
import type { Terminal } from '@xterm/xterm'
import { withCspStyles } from './csp-styles.ts'

export function drawFast(term: Terminal): void {
  if (!hasGraphicsCard()) return
  try {
    const addon = new WebglAddon()
    // The card may take it back, such as after sleep: the terminal goes on without it.
    addon.onContextLoss(() => withCspStyles(() => addon.dispose()))
    term.loadAddon(addon)
  } catch {
    // No context to be had; xterm draws by itself.
  }
}

let known: boolean | undefined

/** False also for cards in software, which are slower than drawing without one. */
function hasGraphicsCard(): boolean {
  known ??= probe()
  return known
}

function probe(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  if (!context) return false
  const info = context.getExtension('WEBGL_debug_renderer_info')
  const name = String(context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER))
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return !/swiftshader|llvmpipe|software|basic render/i.test(name)
}
