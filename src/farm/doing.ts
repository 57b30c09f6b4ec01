/** What a peer does now, in words; `takes`: whether it takes work. */
export function doing (rendering: readonly string[], takes: 'on' | 'draining' | 'nothing'): string {
  const work = rendering.length === 0 ? [] : [`rendering ${rendering.join(', ')}`]
  switch (takes) {
    case 'nothing': return 'renders nothing'
    case 'draining': return ['draining', ...work].join(', ')
    case 'on': return work[0] ?? 'idle'
  }
}
