/**
 * A member of a circular doubly linked list; a list is a link of its own that stands before the first. It is for what
 * comes and goes with every request: a Set is rebuilt again and again then, each table of it knows the next, and once
 * one of them is in the old generation V8 takes all that follow, with whatever was in them, for reachable.
 */
export class Link {
  previous: Link = this
  next: Link = this

  unlink(): void {
    this.previous.next = this.next
    this.next.previous = this.previous
    this.previous = this
    this.next = this
  }

  /** Puts this link at the end of the list of `sentinel`. */
  append(sentinel: Link): void {
    this.previous = sentinel.previous
    this.next = sentinel
    sentinel.previous.next = this
    sentinel.previous = this
  }
}
