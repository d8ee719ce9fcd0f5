// The rehearsal: a model service with no model.
export { createModelServer } from './model-server.ts'
