import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Deadline, DeadlineWheel } from '../../../src/base/deadline-wheel.ts'

describe('DeadlineWheel', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Adds a deadline and gives what will hold the times, from now, at which it expired. */
  const expiries = (wheel: DeadlineWheel, delayMs: number): number[] => {
    const start = performance.now()
    const times: number[] = []
    wheel.add(delayMs, () => times.push(performance.now() - start))
    return times
  }

  test.each([0, 1, 19, 20, 21, 999, 10_240, 10_241, 25_000, 600_000])(
    'expires once, not before %d ms and within a tick after it',
    (delayMs) => {
      vi.advanceTimersByTime(7)
      const times = expiries(new DeadlineWheel(), delayMs)
      vi.advanceTimersByTime(delayMs + 40)
      expect(times).toHaveLength(1)
      expect(times[0]).toBeGreaterThanOrEqual(delayMs)
      expect(times[0]).toBeLessThanOrEqual(delayMs + 40)
      vi.advanceTimersByTime(700_000)
      expect(times).toHaveLength(1)
    },
  )

  test('deadlines of every length expire in order of their time', () => {
    const wheel = new DeadlineWheel()
    const order: number[] = []
    const delays = Array.from({ length: 400 }, (_, index) => ((index * 7919) % 400) * 100)
    for (const delay of delays) wheel.add(delay, () => order.push(delay))
    vi.advanceTimersByTime(50_000)
    expect(order).toEqual(delays.toSorted((a, b) => a - b))
  })

  test('a cancelled deadline never expires, and cancelling again is harmless', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    const deadline = wheel.add(100, expired)
    deadline.cancel()
    deadline.cancel()
    deadline.reset(10)
    vi.advanceTimersByTime(20_000)
    expect(expired).not.toHaveBeenCalled()
    expect(wheel.pending).toBe(0)
  })

  test('reset moves a deadline later, again and again', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    const deadline = wheel.add(100, expired)
    for (let chunk = 0; chunk < 300; chunk += 1) {
      vi.advanceTimersByTime(90)
      deadline.reset(100)
    }
    expect(expired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(140)
    expect(expired).toHaveBeenCalledTimes(1)
  })

  test('reset moves a deadline nearer', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    wheel.add(60_000, expired).reset(100)
    vi.advanceTimersByTime(140)
    expect(expired).toHaveBeenCalledTimes(1)
  })

  test('reset later and then nearer again', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    const deadline = wheel.add(1000, expired)
    deadline.reset(600_000)
    deadline.reset(2000)
    vi.advanceTimersByTime(1990)
    expect(expired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(50)
    expect(expired).toHaveBeenCalledTimes(1)
  })

  test('a reset of an expired deadline does nothing', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    const deadline = wheel.add(10, expired)
    vi.advanceTimersByTime(100)
    deadline.reset(10)
    deadline.cancel()
    vi.advanceTimersByTime(100)
    expect(expired).toHaveBeenCalledTimes(1)
    expect(wheel.pending).toBe(0)
  })

  test('a callback may cancel a deadline of the same tick and add new ones', () => {
    const wheel = new DeadlineWheel()
    const order: string[] = []
    const others: Deadline[] = []
    wheel.add(50, () => {
      order.push('first')
      others[0]?.cancel()
      wheel.add(0, () => order.push('added'))
    })
    others.push(wheel.add(50, () => order.push('cancelled')))
    wheel.add(50, () => order.push('last'))
    vi.advanceTimersByTime(200)
    expect(order).toEqual(['first', 'last', 'added'])
  })

  test('the timer stops once nothing is pending', () => {
    const wheel = new DeadlineWheel()
    expect(vi.getTimerCount()).toBe(0)
    const deadline = wheel.add(1000, () => {})
    wheel.add(50, () => {})
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(1)
    deadline.cancel()
    vi.advanceTimersByTime(20)
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(3_600_000)
    const times = expiries(wheel, 300)
    vi.advanceTimersByTime(340)
    expect(times).toHaveLength(1)
    vi.advanceTimersByTime(20)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a callback that throws does not lose the others', () => {
    const wheel = new DeadlineWheel()
    const expired = vi.fn()
    wheel.add(50, () => {
      throw new TypeError('broken callback')
    })
    wheel.add(50, expired)
    expect(() => vi.advanceTimersByTime(60)).toThrow('broken callback')
    vi.advanceTimersByTime(40)
    expect(expired).toHaveBeenCalledTimes(1)
    expect(wheel.pending).toBe(0)
  })

  test('after the event loop has stood still for minutes, all that is due expires at once, and nothing else', () => {
    const wheel = new DeadlineWheel()
    const expired: number[] = []
    for (const delay of [30, 5000, 11_000, 119_000, 200_000]) wheel.add(delay, () => expired.push(delay))
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 120_000)
    vi.advanceTimersByTime(20)
    expect(expired.toSorted((a, b) => a - b)).toEqual([30, 5000, 11_000, 119_000])
    expect(wheel.pending).toBe(1)
  })

  test('Infinity never expires, NaN and negative delays expire at the next tick', () => {
    const wheel = new DeadlineWheel()
    const never = expiries(wheel, Number.POSITIVE_INFINITY)
    const soon = [expiries(wheel, Number.NaN), expiries(wheel, -5)]
    vi.advanceTimersByTime(30_000)
    expect(never).toHaveLength(0)
    expect(soon.map((times) => times.length)).toEqual([1, 1])
  })
})
