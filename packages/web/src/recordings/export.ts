// Saves a recording as the file that other asciicast players read.
import type { Recording } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'

export async function exportRecording(recording: Recording): Promise<void> {
  const content = await attempt(async () => (await api.getRecording({ id: recording.id })).blob())
  if (!content) return
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = `${recording.agentName}-${new Date(recording.startedAt).toISOString().slice(0, 16).replaceAll(':', '')}.cast`
  link.click()
  URL.revokeObjectURL(url)
}
