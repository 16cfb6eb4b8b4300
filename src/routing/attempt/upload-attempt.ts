import { Attempt } from './attempt.ts'

/** An upstream call with files in its request, which take their time on a slow line. */
export class UploadAttempt extends Attempt {
  /** undici's, for each piece. */
  onBodySent(): void {
    this.sending()
  }
}
