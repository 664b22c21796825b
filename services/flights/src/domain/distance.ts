interface Place {
  latitude: number
  longitude: number
}

/** Mean radius of the earth (IUGG). */
const EARTH_RADIUS_KM = 6371.0088

/** The great-circle distance in whole kilometres, by the haversine formula. */
export function distanceKm(from: Place, to: Place): number {
  const [lat1, lat2] = [radians(from.latitude), radians(to.latitude)]
  const half =
    Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return Math.round(2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half))))
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
