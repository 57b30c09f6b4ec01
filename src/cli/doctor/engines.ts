import { bad, ok, warn } from './check.ts'
import type { EngineExamination } from '../../examination.ts'
import type { Check } from './check.ts'

const REINSTALL = 'install tilemesh again; if it stays so, this machine computes wrongly: test its memory and undo any overclocking'

/** Every engine with what tells its pixels from others', and whether it gets a known picture right. One that works is enough for a job. */
export function engineChecks (engines: readonly EngineExamination[]): readonly Check[] {
  const working = engines.filter((one) => one.state === 'works' && one.golden.state !== 'different').length
  return engines.map((one) => engineCheck(one, working > 0 ? 'others work' : 'none works'))
}

function engineCheck (one: EngineExamination, others: 'others work' | 'none works'): Check {
  const name = `engine ${one.engine}`
  if (one.state === 'missing') {
    return others === 'others work' ? warn(name, one.reason, 'install it to render its scenes here') : bad(name, one.reason, 'install tilemesh again')
  }
  const words = `version ${one.info.version}, ${one.info.fingerprint}`
  switch (one.golden.state) {
    case 'exact': return ok(name, `${words}; golden tile exact in ${Math.round(one.golden.ms)} ms`)
    case 'none': return ok(name, words)
    case 'different': return bad(name, `${words}; golden tile differs: its pixels do not fit those of other machines (${one.golden.hash.slice(0, 16)})`, REINSTALL)
  }
}
