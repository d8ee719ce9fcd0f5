// True once a wait has lasted long enough to be worth a picture.
import { useEffect, useState } from 'react'

export function useDelayed(ms: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return late
}
