import * as pb from '../generated/control.ts'
import { whole } from './check.ts'
import { hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { JobControl, JobState } from '../../core/job.ts'

const states = words<JobState, pb.JobState>('state of a job', {
  running: pb.JobState.JOB_STATE_RUNNING,
  paused: pb.JobState.JOB_STATE_PAUSED,
  cancelled: pb.JobState.JOB_STATE_CANCELLED,
  finished: pb.JobState.JOB_STATE_FINISHED
})

/** The bytes of a control word, which are signed. @throws WireError */
export function encodeControl (control: JobControl): Uint8Array {
  return sealMessage('control word', pb.JobControl.encode({
    job: hashBytes('job', control.job),
    sequence: checkSequence(control.sequence),
    state: states.toWire(control.state),
    priority: checkPriority(control.priority)
  }), 'MAX_CONTROL_BYTES')
}

/** Reads a control word. Whether the requester signed it is for the caller to check. @throws WireError */
export function decodeControl (bytes: WireBytes): JobControl {
  const message = openMessage('control word', bytes, 'MAX_CONTROL_BYTES', pb.JobControl.decode)
  return {
    job: hashOf('job', message.job),
    sequence: checkSequence(message.sequence),
    state: states.fromWire(message.state),
    priority: checkPriority(message.priority)
  }
}

function checkSequence (sequence: number): number {
  return whole('sequence', sequence, 0, Number.MAX_SAFE_INTEGER)
}

function checkPriority (priority: number): number {
  whole('priority', Math.abs(priority), 0, 'MAX_PRIORITY')
  return priority + 0
}
