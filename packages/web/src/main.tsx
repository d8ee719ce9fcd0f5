// Where the dashboard starts in a browser.
// First of all: the order of the cascade layers is said by the first style sheet.
import './ui/tokens.css'
import './ui/base.css'
import './ui/mono-font.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { must } from '@tutti/core'
import { App } from './app.tsx'
import { loadAgents } from './data/agents-store.ts'
import { applyAppearance } from './data/preferences-store.ts'
import { startSession } from './data/session-store.ts'
import { takeLinkCode } from './login/link-code.ts'
import { registerServiceWorker } from './register-service-worker.ts'

applyAppearance()
const link = takeLinkCode(window)
void startSession(link)
// Beside the question who this is, not after it: the list is what the page is for.
if (link === null) void loadAgents()
createRoot(must(document.getElementById('root'), 'index.html has it')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
registerServiceWorker()
