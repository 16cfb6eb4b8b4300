import { HttpSink } from '../http-sink.ts'

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']\n')

/** A whole answer as a list of one: what Google's clients read as a stream without `alt=sse`. */
export class ListSink extends HttpSink {
  override end(bytes?: Buffer): void {
    super.end(bytes && Buffer.concat([OPEN, bytes, CLOSE]))
  }
}
