// Where the dashboard starts in a browser.
// First of all: the order of the cascade layers is said by the first style sheet.
import './ui/tokens.css'
import './ui/base.css'
import './ui/mono-font.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { must } from '@tutti/core'
import { App } from './app.tsx'
import { applyAppearance } from './data/preferences-store.ts'
import { startSession } from './data/session-store.ts'
import { takeLinkCode } from './login/link-code.ts'
import { registerServiceWorker } from './register-service-worker.ts'

applyAppearance()
void startSession(takeLinkCode(window))
createRoot(must(document.getElementById('root'), 'index.html has it')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
registerServiceWorker()
