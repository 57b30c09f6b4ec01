/** Loaded before a program: says at its end, on standard error, which modules it loaded. */
import { registerHooks } from 'node:module'

const loaded = new Set<string>()

registerHooks({
  load: (url, context, next) => {
    loaded.add(url)
    return next(url, context)
  }
})

if (process.env['LIST_MODULES'] === '1') {
  process.on('exit', () => {
    process.stderr.write('\n' + Array.from(loaded).join('\n') + '\n')
  })
}
