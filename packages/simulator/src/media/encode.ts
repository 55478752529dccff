/**
 * A render job made into an MP4 file: each frame drawn and encoded as H.264, then put into a
 * container that plays while it is still loading.
 */
import H264 from "h264-mp4-encoder"
import {
  BufferSource,
  BufferTarget,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny"
import { LONGEST_MOVE, viewAt } from "./camera.ts"
import { draw, fromRgb, makeFrame, type Planes } from "./Planes.ts"
import type { RenderJob } from "./RenderJob.ts"

/** The whole file. Equal jobs give equal bytes. */
export const encode = async (job: RenderJob): Promise<Uint8Array<ArrayBuffer>> => {
  const planes = fromRgb(job.picture)
  const move = frameNumbers(0, Math.min(job.frames, LONGEST_MOVE))
  const encoded = await encodeFrames(job, planes, move, await chooseQuantizer(job, planes))
  return contain(encoded, job)
}

/** From 0 (best) to 10 (fastest). 8 makes files a third smaller and takes half as long again. */
const SPEED = 9

/** From 10 (finest) to 51 (coarsest); 24 is the finest that shows. */
const QUANTIZERS = { finest: 24, probe: 30, coarsest: 44 }

/** Keeps five seconds at 24 frames per second below 400 kB; small videos have a smaller share. */
const bytesToSpend = ({ width, height }: RenderJob): number => Math.min(2600, (width * height) / 88)

/** Measured: six steps of the quantizer divide the size by about this. */
const SIZE_PER_SIX_STEPS = 2.5

/**
 * One quantizer for the whole video, as fine as its size allows. The encoder's own rate control
 * would starve the first frame, which is the one that people look at longest. So a few frames are
 * encoded first to see how costly this picture is: a third in, where every move is well under way.
 */
const chooseQuantizer = async (job: RenderJob, planes: Planes): Promise<number> => {
  const start = Math.floor(Math.min(job.frames, LONGEST_MOVE) / 3)
  const size = async (count: number) => {
    const probe = await encodeFrames(job, planes, frameNumbers(start, count), QUANTIZERS.probe)
    return probe.length
  }
  const bytesPerFrame = Math.max(1, ((await size(8)) - (await size(1))) / 7)
  const steps = 6 * (Math.log(bytesPerFrame / bytesToSpend(job)) / Math.log(SIZE_PER_SIX_STEPS))
  const { finest, probe, coarsest } = QUANTIZERS
  return Math.round(Math.min(coarsest, Math.max(finest, probe + steps)))
}

const frameNumbers = (start: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => start + index)

/** These frames as the encoder's own MP4 file: a key frame, then only what changes. */
const encodeFrames = async (
  job: RenderJob,
  picture: Planes,
  frames: ReadonlyArray<number>,
  quantizer: number,
): Promise<Uint8Array> => {
  const encoder = await H264.createH264MP4Encoder()
  encoder.width = job.width
  encoder.height = job.height
  encoder.speed = SPEED
  encoder.quantizationParameter = quantizer
  encoder.groupOfPictures = frames.length
  encoder.initialize()
  const { planes, bytes } = makeFrame(job.width, job.height)
  for (const frame of frames) {
    draw(picture, viewAt(job, frame), planes)
    encoder.addFrameYuv(bytes)
  }
  encoder.finalize()
  const file = encoder.FS.readFile(encoder.outputFilename)
  encoder.delete()
  return file
}

/**
 * The encoder writes its index behind the pictures and counts time in its own way. Here the index
 * comes first, every frame starts at `index / fps`, colours are named, and the move is repeated
 * until the video is as long as was asked: it starts with a key frame, so it follows itself.
 */
const contain = async (
  move: Uint8Array,
  { frames, fps }: RenderJob,
): Promise<Uint8Array<ArrayBuffer>> => {
  const input = new Input({ source: new BufferSource(move), formats: [MP4] })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track == null || decoderConfig == null) throw new Error("The encoder wrote no video track.")
  const packets: Array<EncodedPacket> = []
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet)

  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target })
  const source = new EncodedVideoPacketSource("avc")
  output.addVideoTrack(source)
  await output.start()
  for (let start = 0; start < frames; start += packets.length) {
    for (const [index, packet] of packets.slice(0, frames - start).entries()) {
      const timed = packet.clone({ timestamp: (start + index) / fps, duration: 1 / fps })
      // oxlint-disable-next-line no-await-in-loop -- packets go into the file in order
      await source.add(timed, { decoderConfig: { ...decoderConfig, colorSpace: BT601 } })
    }
  }
  await output.finalize()
  if (target.buffer === null) throw new Error("The container was not finished.")
  return withoutDates(new Uint8Array(target.buffer))
}

/** What `Planes.fromRgb` wrote; players otherwise guess it from the size. */
const BT601 = {
  primaries: "smpte170m",
  transfer: "smpte170m",
  matrix: "smpte170m",
  fullRange: false,
} as const

/** Sets the times of making in the index to zero ("unknown"), so that equal jobs give equal bytes. */
const withoutDates = (file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(file.buffer)
  for (const box of ["mvhd", "tkhd", "mdhd"]) {
    // Behind the name: version (0: times of 32 bits, 1: of 64), flags, time of making, of change.
    const fields = bytes.indexOf(box, "latin1") + 4
    bytes.fill(0, fields + 4, fields + (bytes[fields] === 1 ? 20 : 12))
  }
  return file
}
