import assert from 'node:assert/strict'
import { FFMPEG_FORMATS, ffmpegArguments, ffmpegReason } from '../../../src/film/video/ffmpeg.ts'

describe('film/video/ffmpeg', () => {
  it('is told the size as it is fed, the speed, and the file last, whatever its name', () => {
    const [encoder] = FFMPEG_FORMATS['.mp4']!.encoders
    const args = ffmpegArguments({ width: 65, height: 50, fps: 23.976, encoder: encoder! }, ['-f', 'mp4', '/a b/"film" $1.mp4'])
    const after = (flag: string): string | undefined => args[args.indexOf(flag) + 1]
    assert.equal(after('-video_size'), '66x50')
    assert.equal(after('-framerate'), '23.976')
    assert.equal(after('-i'), 'pipe:0')
    assert.ok(args.indexOf('-framerate') < args.indexOf('-i'), 'the speed is the input\'s')
    assert.match(after('-vf')!, /format=yuv420p$/)
    assert.ok(args.indexOf('libx264') > args.indexOf('-i'))
    assert.deepEqual(args.slice(-3), ['-f', 'mp4', '/a b/"film" $1.mp4'])
    assert.ok(args.includes('-y'))
  })

  for (const [said, reason] of [
    ['Unknown encoder \'libx264\'\n', 'Unknown encoder \'libx264\''],
    ['[libx264 @ 0x5581] width not divisible by 2 (65x50)\r\nError initializing output stream 0:0\nConversion failed!\n', 'Error initializing output stream 0:0'],
    ['[out#0/mp4 @ 0x12ab] Error opening output /x.mp4: Permission denied\n\n', 'Error opening output /x.mp4: Permission denied'],
    ['Conversion failed!\n', 'Conversion failed!'],
    ['', ''],
    ['x'.repeat(1_000), 'x'.repeat(300)]
  ] as const) {
    it(`has its reason found in ${JSON.stringify(said.slice(0, 60))}`, () => {
      assert.equal(ffmpegReason(said), reason)
    })
  }
})
