/** A pair of cities flown there and back by one carrier. Times are local at the airport of departure, minutes are from gate to gate. */
export interface PairSeed {
  carrier: string
  /** Number of the first departure; the way there takes every second number from it, the way back the ones between. */
  firstNumber: number
  between: readonly [origin: string, destination: string]
  aircraft: string
  there: { blockMinutes: number; at: readonly string[] }
  back: { blockMinutes: number; at: readonly string[] }
  /** ISO days of the week, 1 is Monday; every day unless it is said. */
  days?: string
}

type Leg = readonly [blockMinutes: number, ...at: string[]]

function pair(
  carrier: string,
  firstNumber: number,
  between: readonly [string, string],
  aircraft: string,
  legs: { there: Leg; back: Leg; days?: string },
): PairSeed {
  const [thereMinutes, ...there] = legs.there
  const [backMinutes, ...back] = legs.back
  return {
    carrier,
    firstNumber,
    between,
    aircraft,
    there: { blockMinutes: thereMinutes, at: there },
    back: { blockMinutes: backMinutes, at: back },
    ...(legs.days && { days: legs.days }),
  }
}

/** The demo timetable: real city pairs, block times and time differences; invented carriers and departure times. */
export const TIMETABLE: readonly PairSeed[] = [
  // India: the trunk routes many times a day, the rest of the network once.
  pair('D1', 201, ['DEL', 'BOM'], 'A20N', {
    there: [135, '06:00', '08:30', '12:45', '17:30', '20:45'],
    back: [130, '06:30', '09:15', '13:30', '18:15', '21:30'],
  }),
  pair('D1', 231, ['DEL', 'BLR'], 'A21N', {
    there: [165, '06:15', '10:30', '16:00', '20:15'],
    back: [165, '06:45', '11:00', '15:30', '21:00'],
  }),
  pair('D1', 251, ['BOM', 'BLR'], 'A20H', {
    there: [105, '06:20', '10:00', '16:40', '20:30'],
    back: [105, '07:10', '11:20', '17:00', '21:15'],
  }),
  pair('D1', 301, ['DEL', 'CCU'], 'A20N', { there: [130, '09:40'], back: [140, '18:50'] }),
  pair('D1', 311, ['DEL', 'HYD'], 'A20H', { there: [135, '07:20'], back: [135, '19:30'] }),
  pair('D1', 321, ['DEL', 'MAA'], 'A21N', { there: [170, '08:10'], back: [170, '17:45'] }),
  pair('D1', 331, ['BOM', 'GOX'], 'A20H', { there: [75, '11:30'], back: [75, '13:35'] }),
  pair('D1', 341, ['BLR', 'HYD'], 'AT76', { there: [80, '08:00'], back: [85, '10:15'] }),
  pair('D1', 351, ['BLR', 'COK'], 'AT76', { there: [75, '12:20'], back: [75, '14:25'] }),
  pair('D1', 361, ['BOM', 'HYD'], 'A20N', { there: [85, '15:10'], back: [90, '17:25'] }),
  pair('D1', 371, ['BLR', 'MAA'], 'AT76', { there: [65, '16:30'], back: [65, '18:25'] }),
  pair('D1', 11, ['DEL', 'LHR'], 'B789', { there: [570, '13:50'], back: [515, '20:30'] }),
  pair('D1', 21, ['DEL', 'SIN'], 'B789', { there: [350, '22:40'], back: [345, '08:20'], days: '1357' }),
  pair('D1', 31, ['BOM', 'DXB'], 'A21N', { there: [205, '04:50'], back: [165, '08:30'] }),
  pair('D1', 41, ['DEL', 'JFK'], 'B77W', { there: [950, '02:10'], back: [850, '11:40'], days: '1357' }),
  // The United Kingdom: Heathrow, and the Atlantic.
  pair('A1', 101, ['LHR', 'JFK'], 'B77W', { there: [485, '08:25', '13:05', '17:20'], back: [415, '08:10', '18:30', '22:05'] }),
  pair('A1', 401, ['LHR', 'EDI'], 'A20N', { there: [85, '07:15', '17:50'], back: [85, '09:30', '20:00'] }),
  pair('A1', 421, ['LHR', 'CDG'], 'A20N', { there: [80, '07:40', '16:35'], back: [80, '10:10', '19:05'] }),
  pair('A1', 441, ['LHR', 'FRA'], 'A20N', { there: [100, '09:20'], back: [105, '12:45'] }),
  pair('A1', 451, ['LHR', 'DXB'], 'B789', { there: [420, '21:10'], back: [455, '09:45'] }),
  pair('A1', 461, ['LHR', 'BOM'], 'B789', { there: [545, '10:40'], back: [595, '02:55'] }),
  pair('A1', 471, ['MAN', 'DUB'], 'AT76', { there: [70, '10:05'], back: [70, '12:00'] }),
  // The United States, coast to coast.
  pair('L1', 1, ['JFK', 'LHR'], 'B789', { there: [415, '19:15'], back: [485, '11:00'] }),
  pair('L1', 501, ['JFK', 'LAX'], 'A21N', { there: [375, '08:00', '17:00'], back: [325, '07:30', '15:15'] }),
  pair('L1', 521, ['JFK', 'ORD'], 'A20N', { there: [165, '12:10'], back: [140, '15:20'] }),
  pair('L1', 531, ['ORD', 'DEN'], 'A20H', { there: [165, '09:05'], back: [150, '12:30'] }),
  pair('L1', 541, ['LAX', 'SFO'], 'A20H', { there: [85, '07:05', '17:40'], back: [85, '09:20', '19:50'] }),
  pair('L1', 561, ['JFK', 'BOS'], 'A20N', { there: [75, '13:15'], back: [80, '15:30'] }),
  pair('L1', 571, ['SFO', 'SEA'], 'A20H', { there: [130, '10:25'], back: [135, '13:40'] }),
  pair('L1', 581, ['JFK', 'MIA'], 'A20N', { there: [200, '06:45'], back: [185, '11:35'] }),
  // Japan, and across the date line.
  pair('H1', 601, ['HND', 'CTS'], 'A21N', { there: [95, '07:30', '16:00'], back: [100, '10:00', '18:30'] }),
  pair('H1', 621, ['HND', 'FUK'], 'A21N', { there: [120, '08:05', '17:15'], back: [95, '11:00', '20:10'] }),
  pair('H1', 641, ['HND', 'ITM'], 'A20H', { there: [70, '09:00'], back: [70, '11:10'] }),
  pair('H1', 651, ['HND', 'OKA'], 'A20H', { there: [170, '12:25'], back: [140, '16:10'] }),
  pair('H1', 61, ['NRT', 'LAX'], 'B77W', { there: [600, '17:05'], back: [705, '12:50'] }),
  pair('H1', 71, ['NRT', 'SIN'], 'B789', { there: [440, '18:00'], back: [410, '23:30'], days: '246' }),
  pair('H1', 81, ['HND', 'LHR'], 'B77W', { there: [870, '11:20'], back: [800, '19:00'], days: '1357' }),
  // The continent.
  pair('R1', 701, ['FRA', 'BER'], 'A20N', { there: [70, '06:45'], back: [70, '08:50'] }),
  pair('R1', 711, ['FRA', 'MAD'], 'A20N', { there: [160, '11:15'], back: [155, '14:50'] }),
  pair('R1', 721, ['MUC', 'CDG'], 'A20N', { there: [100, '15:35'], back: [95, '18:10'] }),
  pair('R1', 731, ['AMS', 'BCN'], 'A20H', { there: [130, '13:00'], back: [135, '16:05'] }),
  pair('R1', 91, ['FRA', 'JFK'], 'B789', { there: [530, '10:30'], back: [455, '16:15'] }),
  // Harbour to harbour on floats, by daylight only.
  pair('S1', 801, ['CXH', 'YWH'], 'DHC6', { there: [35, '09:00', '14:30'], back: [35, '10:15', '15:45'] }),
  pair('S1', 821, ['CXH', 'ZNA'], 'DHC6', { there: [20, '11:30'], back: [20, '12:30'] }),
  // The Gulf, with three digits of money.
  pair('K1', 901, ['KWI', 'DXB'], 'A20N', { there: [110, '09:10'], back: [115, '13:00'] }),
  pair('K1', 911, ['KWI', 'LHR'], 'B789', { there: [405, '08:15'], back: [365, '16:40'], days: '1357' }),
  pair('K1', 921, ['KWI', 'CAI'], 'A20N', { there: [170, '17:30'], back: [155, '21:50'], days: '246' }),
]

/** Some time before any installation, so that the demo timetable is in force from the first day. */
export const EFFECTIVE_FROM = '2025-01-01'
