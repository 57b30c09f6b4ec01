import type { Safety } from '../../ports.ts'

/** Whether a job's requester may be closed, in words. */
export function safetyLine (safety: Safety, requester: 'this peer' | 'its requester'): string {
  return safety.state === 'safe' ? `safe to close ${requester}` : `not yet safe to close ${requester}: ${safety.missing}`
}
