// Made by `npm run contract` from openapi/skyhold.json; not written by hand.

export type paths = {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public keys of the access tokens (RFC 7517)
         * @description Open to everyone.
         */
        get: operations["listPublicKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open an account
         * @description Open to everyone.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in; an account with a second factor needs a code of it too
         * @description Open to everyone.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Trade a refresh token for new tokens; within ten seconds the same token answers the same successor
         * @description Open to everyone.
         */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session of a refresh token
         * @description Open to everyone.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/verification-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the link that verifies the e-mail address of the caller sent again
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["requestVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify an e-mail address by the token of its link; a new address becomes the account’s own
         * @description Open to everyone.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a link to set a new password sent; the answer is the same for an address without an account
         * @description Open to everyone.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-resets/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by the token of its link; ends all sessions
         * @description Open to everyone.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account of the caller
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["readMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the names of the caller
         * @description For `customer`, `agent`, `admin`.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/v1/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the e-mail address: a link is sent to the new one, and the old one stays until it is used
         * @description For `customer`, `agent`, `admin`.
         */
        put: operations["changeEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the password; ends the other sessions of the caller
         * @description For `customer`, `agent`, `admin`.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the caller is signed in, newest first
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Sign the caller out everywhere else; the session that asks goes on
         * @description For `customer`, `agent`, `admin`.
         */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of the sessions of the caller
         * @description For `customer`, `agent`, `admin`.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the caller has a second factor, and how many recovery codes are left
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["getSecondFactor"];
        put?: never;
        /**
         * Have a secret for an authenticator app; a first code of it turns the second factor on
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["beginSecondFactor"];
        /**
         * Take the second factor off by password and code; ends other sessions, and this one too where an agent or administrator must have one
         * @description For `customer`, `agent`, `admin`.
         */
        delete: operations["removeSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the second factor on by a first code; answers the recovery codes, this once, and ends other sessions
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["confirmSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Accounts, newest first; q is a part of the e-mail address
         * @description For `admin`.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give an account exactly these roles
         * @description For `admin`.
         */
        put: operations["setRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign an account out everywhere
         * @description For `admin`.
         */
        delete: operations["endSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a lost second factor off another’s account; ends all its sessions
         * @description For `admin`.
         */
        delete: operations["resetSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what to which account, when, and how it was before and after; newest first
         * @description For `admin`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/airports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Airports by code, city or name, best first
         * @description Open to everyone.
         */
        get: operations["listAirports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/aircraft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Aircraft with their cabins and seats
         * @description Open to everyone.
         */
        get: operations["listAircraft"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The timetable that flights are made from
         * @description For `admin`.
         */
        get: operations["listSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Flights of a day that can still be sold to the party
         * @description Open to everyone.
         */
        get: operations["searchFlights"];
        put?: never;
        /**
         * Put a flight on sale
         * @description For `admin`.
         */
        post: operations["createFlight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flights/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One flight, with an ETag
         * @description Open to everyone.
         */
        get: operations["readFlight"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change times, gate, aircraft or status
         * @description Needs If-Match. The aircraft changes the fares: those of its cabins stay, a new cabin gets the usual ones.
         *
         *     For `admin`.
         */
        patch: operations["changeFlight"];
        trace?: never;
    };
    "/api/v1/flights/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a flight that is still to leave
         * @description Its seats are no longer for sale, and everybody who has booked it gets all their money back. A flight that is cancelled already stays as it is and answers the same.
         *
         *     For `admin`.
         */
        post: operations["cancelFlight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flights/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what to a flight, when, and how it was before and after; newest first
         * @description `before` is null where the flight was put on sale; otherwise both have only what was changed. `actorId` is a user, or a job such as `job:note-departures`.
         *
         *     For `admin`.
         */
        get: operations["listFlightAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flights/{id}/seat-map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the seats of a flight, as of now
         * @description Open to everyone.
         */
        get: operations["readSeatMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flights/{id}/seat-map/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch the seats of a flight (Server-Sent Events)
         * @description Each `seats` event has the seats that have changed: `{ version, seats: [{ designator, status }] }`. `Last-Event-ID` goes on after an event that was seen; an unknown one gets every seat once.
         *
         *     Open to everyone.
         */
        get: operations["watchSeatMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold seats: all of them or none, the first request wins
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["createHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a hold
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["readHold"];
        put?: never;
        post?: never;
        /**
         * Release a hold
         * @description For `customer`, `agent`, `admin`.
         */
        delete: operations["releaseHold"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holds/{id}/extension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend a hold
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["extendHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List bookings, newest first
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["listBookings"];
        put?: never;
        /**
         * Book a hold
         * @description For `customer`, `agent`, `admin`.
         */
        post: operations["createBooking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a booking by reference and surname
         * @description Open to everyone.
         */
        post: operations["lookUpBooking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a booking
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["readBooking"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the contact
         * @description For `customer`, `agent`, `admin`.
         */
        patch: operations["changeContact"];
        trace?: never;
    };
    "/api/v1/bookings/{id}/resolution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve a booking that needs attention
         * @description For a booking in `attention`: `recheck` asks the payment provider now, `cancel` gives the seats back now. If money of it ever proves charged after a cancel, it is returned in full.
         *
         *     For `agent`, `admin`.
         */
        post: operations["resolveBooking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings/{id}/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all tries to pay
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["listPayments"];
        put?: never;
        /**
         * Pay for a booking, once
         * @description Payments of one booking run one after the other: a second one waits up to five seconds for the first, then it is 409 `already_paid`, or has its own try if the first was declined, or is 409 `payment_in_progress`. One that waits for an approval at the bank (`requires_action`) is not waited for: its payer is paying otherwise now, so it is cancelled at the provider at once and can never be charged. If it was approved already, that counts, and the second is `already_paid`.
         *
         *     For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        post: operations["payForBooking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a payment
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["readPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/{id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on after the bank has approved
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        post: operations["confirmPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings/{id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Quote what cancelling a booking gives back; good for ten minutes
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        post: operations["quoteCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cancellations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a quote
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["readCancellation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cancellations/{id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the booking as quoted
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        post: operations["confirmCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/{id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the refunds of a payment
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["listRefunds"];
        put?: never;
        /**
         * Refund a payment in part or, without an amount, all that is left of it
         * @description A refund that leaves a confirmed booking without money cancels it.
         *
         *     For `admin`.
         */
        post: operations["createRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a refund
         * @description For `customer`, `agent`, `admin`. The token of a look-up opens it too, for its booking.
         */
        get: operations["readRefund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a refund again that failed at the provider
         * @description For `admin`.
         */
        post: operations["retryRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds/{id}/settlement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Book a refund that failed at the provider and was given back in another way
         * @description For a refund in `needs_attention`: it has succeeded from then on, and is not sent to the provider any more.
         *
         *     For `admin`.
         */
        post: operations["settleRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cardholders' disputes, newest first
         * @description For `agent`, `admin`.
         */
        get: operations["listDisputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookings/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that happened to a booking, its hold, payments, refunds and tickets: who, when, and the status before and after; newest first
         * @description `actorId` is a user, `look-up:` with the booking for whoever has looked it up, `provider` for news of the payment provider, or a job such as `job:expire-holds`. What the staff wrote about an act is `after.note`.
         *
         *     For `admin`.
         */
        get: operations["listBookingAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/provider-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events of the payment provider that wait for a person, or those of another status, newest first
         * @description What they name and why they make no sense; the rest of an event is not shown.
         *
         *     For `admin`.
         */
        get: operations["listProviderEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/provider-events/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a parked event of the payment provider in again
         * @description After what it is about has come to be there. It is `parked` again if it makes no sense still.
         *
         *     For `admin`.
         */
        post: operations["replayProviderEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/provider-events/{id}/dismissal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that a person has seen to a parked event of the payment provider
         * @description It changes nothing but that the event does not count as waiting any more.
         *
         *     For `admin`.
         */
        post: operations["dismissProviderEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/provider-events/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who of the staff took an event of the payment provider in again or dismissed it, and when; newest first
         * @description For `admin`.
         */
        get: operations["listProviderEventAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of the payment provider
         * @description For the provider alone, whose `Stripe-Signature` over the body as it was sent is what is checked.
         *
         *     Open to everyone.
         */
        post: operations["takeProviderEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * E-mails, newest first: your own; for staff everybody’s
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One e-mail
         * @description For `customer`, `agent`, `admin`.
         */
        get: operations["readNotification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an e-mail again; answers the notification that is now queued
         * @description For `agent`, `admin`.
         */
        post: operations["resendNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who of the staff had an e-mail sent again, and when; newest first
         * @description For `admin`.
         */
        get: operations["listNotificationAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages that no consumer could use, newest first
         * @description For `admin`.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a message back into its queue, once; if it dies again it is a new dead letter
         * @description For `admin`.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/dismissal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a message aside for good that no replay can help; it is kept and counts for no alarm any more
         * @description For `admin`.
         */
        post: operations["dismissDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who of the staff put a message back or dismissed it, and when; newest first
         * @description For `admin`.
         */
        get: operations["listDeadLetterAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each service found when it last checked what must be true of its data. A service that is away is unknown.
         * @description For `admin`.
         */
        get: operations["readIntegrity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrity/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets every service check now, and answers what they found. It may take half a minute.
         * @description For `admin`.
         */
        post: operations["runIntegrity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/cookie-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in on a page: as POST /auth/login, but the tokens go into a cookie that no script can read
         * @description Open to everyone.
         */
        post: operations["openCookieSession"];
        /**
         * Sign out on a page: ends the session and takes the cookie back. Needs X-CSRF-Token while there is a session
         * @description Open to everyone.
         */
        delete: operations["endCookieSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/csrf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The CSRF token of the session in the cookie; null when there is none
         * @description Open to everyone.
         */
        get: operations["readCsrfToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waiting-room/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a place in the line for a flight; who has one is told the same again
         * @description There is a line only where the installation has set a rate (WAITING_ROOM_PER_MINUTE); elsewhere this is 404 and nobody needs a place.
         *
         *     For `customer`, `agent`, `admin`.
         */
        post: operations["takePlaceInLine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waiting-room/places/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A place in line as it stands now
         * @description Open to everyone.
         */
        get: operations["readPlaceInLine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
};
export type webhooks = Record<string, never>;
export type components = {
    schemas: {
        /** @description RFC 9457 problem details. `code` is what programs read; it never changes its meaning. */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            code: string;
            requestId: string;
            errors?: {
                pointer: string;
                code: string;
                message: string;
            }[];
        };
        Account: {
            id: string;
            email: string;
            givenNames: string;
            familyName: string;
            roles: ("customer" | "agent" | "admin")[];
            emailVerified: boolean;
        };
        Aircraft: {
            code: string;
            name: string;
        };
        Airport: {
            iata: string;
            name: string;
            city: string;
            /** @description ISO 3166-1 alpha-2 */
            country: string;
            /** @description IANA time zone */
            timeZone: string;
            latitude: number;
            longitude: number;
        };
        AirportPage: {
            data: components["schemas"]["Airport"][];
            nextCursor: string | null;
        };
        AuditItem: {
            id: string;
            at: string;
            actorId: string;
            action: string;
            subject: {
                type: string;
                id: string;
            };
            before: unknown;
            after: unknown;
            requestId: string;
        };
        AuditItemPage: {
            data: components["schemas"]["AuditItem"][];
            nextCursor: string | null;
        };
        BeginSecondFactor: {
            password: string;
        };
        BookedFlight: {
            flight: components["schemas"]["FlightBrief"];
            fare: string;
            seats: {
                designator: string;
                price: components["schemas"]["Money"];
            }[];
        };
        Booking: {
            id: string;
            reference: string;
            /** @enum {unknown} */
            status: "awaiting_payment" | "payment_processing" | "confirmed" | "expired" | "cancellation_pending" | "cancelled" | "attention";
            holdId: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            createdAt: string;
            total: components["schemas"]["Money"];
            flights: components["schemas"]["BookedFlight"][];
            passengers: components["schemas"]["Passenger"][];
            contact?: components["schemas"]["Contact"];
            payments: components["schemas"]["Payment"][];
            refunds: components["schemas"]["Refund"][];
            availableActions: ("pay" | "extend" | "cancel" | "change_seats" | "check_in" | "download_tickets")[];
        };
        BookingPage: {
            data: components["schemas"]["Booking"][];
            nextCursor: string | null;
        };
        CabinLayout: {
            /** @enum {unknown} */
            cabin: "economy" | "premium_economy" | "business" | "first";
            columns: string;
            firstRow: number;
            lastRow: number;
            skippedRows?: number[];
            missingSeats?: string[];
            rowFeatures?: {
                rows: number[];
                /** @enum {unknown} */
                feature: "window" | "middle" | "aisle" | "exit_row" | "extra_legroom" | "bulkhead" | "limited_recline";
            }[];
        };
        Cancellation: {
            id: string;
            bookingId: string;
            /** @enum {unknown} */
            status: "quoted" | "superseded" | "confirmed";
            refund: components["schemas"]["Money"];
            fee: components["schemas"]["Money"];
            /** Format: date-time */
            expiresAt: string;
        };
        Carrier: {
            code: string;
            name: string;
        };
        ChangeEmail: {
            email: string;
            password: string;
        };
        ChangePassword: {
            currentPassword: string;
            newPassword: string;
        };
        ConfirmSecondFactor: {
            code: string;
        };
        Contact: {
            email: string;
            phone?: string;
        };
        CookieSession: {
            /** @description How long the access token behind the cookie is good; the gateway renews it by itself */
            expiresInSeconds: number;
            /** @description Goes into X-CSRF-Token of every change */
            csrfToken: string;
            secondFactorSetupRequired?: boolean;
        };
        CsrfToken: {
            csrfToken: string | null;
        };
        DeadLetter: {
            id: string;
            queue: string;
            eventId: string | null;
            type: string | null;
            payload: string;
            error: string;
            attempts: number;
            /** @enum {unknown} */
            status: "open" | "replaying" | "replayed" | "dismissed";
            deadAt: string;
            replayedAt: string | null;
            replayedBy: string | null;
            replayOf: string | null;
        };
        DeadLetterPage: {
            data: components["schemas"]["DeadLetter"][];
            nextCursor: string | null;
        };
        Dispute: {
            id: string;
            paymentId: string;
            bookingId: string;
            /** @description The provider's word: needs_response, under_review, won, lost and others */
            status: string;
            reason: string;
            amount: components["schemas"]["Money"];
            respondBy?: string;
            updatedAt: string;
        };
        DisputePage: {
            data: components["schemas"]["Dispute"][];
            nextCursor: string | null;
        };
        Fare: {
            code: string;
            /** @enum {unknown} */
            cabin: "economy" | "premium_economy" | "business" | "first";
            brand: string;
            price: components["schemas"]["Money"];
            refundable: boolean;
            changeable: boolean;
            baggageKg: number;
            seatsLeft: number;
        };
        FareState: {
            code: string;
            /** @enum {unknown} */
            cabin: "economy" | "premium_economy" | "business" | "first";
            brand: string;
            price: components["schemas"]["Money"];
            refundable: boolean;
            changeable: boolean;
            baggageKg: number;
        };
        Flight: {
            id: string;
            /** @description Carrier code and number, as in `SK 201` */
            number: string;
            carrier: components["schemas"]["Carrier"];
            from: components["schemas"]["Airport"];
            to: components["schemas"]["Airport"];
            /** @description ISO 8601 with the offset of the origin */
            departsAt: string;
            departsAtUtc: string;
            /** @description ISO 8601 with the offset of the destination */
            arrivesAt: string;
            arrivesAtUtc: string;
            durationMinutes: number;
            aircraft: components["schemas"]["Aircraft"];
            /** @enum {unknown} */
            status: "scheduled" | "delayed" | "boarding" | "departed" | "arrived" | "cancelled";
            gate?: string;
            fares: components["schemas"]["Fare"][];
        };
        FlightBrief: {
            id: string;
            number: string;
            carrier: components["schemas"]["Carrier"];
            from: components["schemas"]["Airport"];
            to: components["schemas"]["Airport"];
            departsAt: string;
            departsAtUtc: string;
            arrivesAt: string;
            arrivesAtUtc: string;
            /** @enum {unknown} */
            status: "scheduled" | "delayed" | "boarding" | "departed" | "arrived" | "cancelled";
        };
        FlightPage: {
            data: components["schemas"]["Flight"][];
            nextCursor: string | null;
        };
        FoundBooking: {
            booking: components["schemas"]["Booking"];
            accessToken: string;
        };
        HeldFlight: {
            flightId: string;
            fare: string;
            seats: {
                designator: string;
                price: components["schemas"]["Money"];
            }[];
        };
        Hold: {
            id: string;
            /** @enum {unknown} */
            status: "active" | "consumed" | "expired" | "released";
            /** Format: date-time */
            expiresAt: string;
            expiresInSeconds: number;
            total: components["schemas"]["Money"];
            flights: components["schemas"]["HeldFlight"][];
            bookingId?: string;
        };
        IntegrityEntry: {
            service: string;
            /** @description The invariant and what of it is looked at, such as I1.claims-and-tickets */
            name: string;
            /** @description What must be true, in a sentence */
            means: string;
            /** @enum {unknown} */
            status: "ok" | "violated" | "unknown";
            /** @description null = it has never looked */
            checkedAt: string | null;
            /** @description null = unknown: the check could not look, or the service is away */
            violations: number | null;
            /** @description The first ten violations, or why it could not look */
            sample: string[];
            /** @description How much was looked at, where it was not everything */
            scope: string | null;
            tookMs: number | null;
            /** @description Where to read what to do */
            runbook: string;
        };
        IntegrityReport: {
            checkedAt: string | null;
            checks: components["schemas"]["IntegrityEntry"][];
        };
        Layout: {
            cabins: components["schemas"]["CabinLayout"][];
        };
        Login: {
            email: string;
            password: string;
            code?: string;
        };
        /**
         * @description Whole minor units by ISO 4217: 1234500 INR is ₹ 12,345.00
         * @example {
         *       "amountMinor": 1234500,
         *       "currency": "INR"
         *     }
         */
        Money: {
            amountMinor: number;
            currency: string;
        };
        NewPassenger: {
            givenNames: string;
            familyName: string;
            /** @enum {unknown} */
            type: "adult" | "child" | "infant";
            /** Format: date */
            bornOn?: string;
            seats?: string[];
        };
        Notification: {
            id: string;
            /** @enum {unknown} */
            template: "booking-held" | "booking-confirmed" | "booking-expired" | "booking-cancelled" | "refund-succeeded" | "payment-returned" | "flight-changed" | "flight-cancelled" | "waiting-list-offer" | "trip-reminder" | "welcome" | "verify-email" | "reset-password" | "access-changed";
            to: string;
            /** @enum {unknown} */
            status: "queued" | "sending" | "sent" | "failed" | "superseded";
            bookingId: string | null;
            sentAt: string | null;
            attempts: number;
        };
        NotificationPage: {
            data: components["schemas"]["Notification"][];
            nextCursor: string | null;
        };
        Passenger: {
            id: string;
            givenNames: string;
            familyName: string;
            /** @enum {unknown} */
            type: "adult" | "child" | "infant";
            bornOn?: string;
            seats: string[];
            tickets: components["schemas"]["Ticket"][];
        };
        Payment: {
            id: string;
            bookingId: string;
            /** @enum {unknown} */
            status: "processing" | "requires_action" | "captured" | "failed" | "unknown" | "partially_refunded" | "refunded";
            amount: components["schemas"]["Money"];
            /** Format: date-time */
            createdAt: string;
            declineCode?: string;
            clientSecret?: string;
        };
        PaymentPage: {
            data: components["schemas"]["Payment"][];
            nextCursor: string | null;
        };
        PlaceInLine: {
            /** @description Goes into Waiting-Room-Place of POST /holds once it is admitted; its owner alone may use it */
            place: string;
            flightId: string;
            /** @description How many are still to be let in until it is this one; 0 = admitted */
            position: number;
            /** @description 0 = admitted */
            admittedInSeconds: number;
            /** @description Until then it may be used */
            lapsesAt: string;
        };
        ProviderEvent: {
            id: string;
            type: string;
            /** @enum {unknown} */
            status: "received" | "applied" | "ignored" | "parked" | "dismissed";
            /** @description Why it makes no sense; empty where it does */
            note: string;
            receivedAt: string;
            /** @description The payment that it names, whether or not it is ours */
            paymentId: string | null;
            /** @description The refund that it names, whether or not it is ours */
            refundId: string | null;
            /** @description The provider's id of what it is about: `pi_…`, `re_…` or `du_…` */
            objectId: string | null;
            /** @description The provider's id of the payment: `pi_…` */
            intentId: string | null;
        };
        ProviderEventPage: {
            data: components["schemas"]["ProviderEvent"][];
            nextCursor: string | null;
        };
        RecoveryCodes: {
            recoveryCodes: string[];
        };
        RefreshRequest: {
            refreshToken: string;
        };
        Refund: {
            id: string;
            paymentId: string;
            amount: components["schemas"]["Money"];
            /** @enum {unknown} */
            status: "pending" | "unknown" | "succeeded" | "needs_attention";
            reason: string;
        };
        RefundPage: {
            data: components["schemas"]["Refund"][];
            nextCursor: string | null;
        };
        RemoveSecondFactor: {
            password: string;
            code: string;
        };
        RequestPasswordReset: {
            email: string;
        };
        ResetPassword: {
            token: string;
            password: string;
        };
        SeatChanges: {
            version: string;
            seats: {
                designator: string;
                /** @enum {unknown} */
                status: "available" | "held" | "sold" | "blocked";
            }[];
        };
        SeatMap: {
            flightId: string;
            version: string;
            cabins: {
                /** @enum {unknown} */
                cabin: "economy" | "premium_economy" | "business" | "first";
                layout: string;
                rows: {
                    row: number;
                    seats: {
                        designator: string;
                        /** @enum {unknown} */
                        status: "available" | "held" | "sold" | "blocked";
                        features: ("window" | "middle" | "aisle" | "exit_row" | "extra_legroom" | "bulkhead" | "limited_recline")[];
                        surcharge: components["schemas"]["Money"];
                    }[];
                }[];
            }[];
        };
        SecondFactor: {
            /** @enum {unknown} */
            status: "none" | "pending" | "active";
            recoveryCodesLeft: number;
        };
        SecondFactorSecret: {
            secret: string;
            otpauthUri: string;
        };
        SessionItem: {
            id: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastUsedAt: string;
            /** Format: date-time */
            expiresAt: string;
            userAgent: string;
            address: string;
            current: boolean;
        };
        SessionItemPage: {
            data: components["schemas"]["SessionItem"][];
            nextCursor: string | null;
        };
        TakePlace: {
            flightId: string;
        };
        Ticket: {
            number: string;
            flightId: string;
            seat?: string;
        };
        Tokens: {
            accessToken: string;
            /** @constant */
            tokenType: "Bearer";
            expiresInSeconds: number;
            refreshToken: string;
            secondFactorSetupRequired?: boolean;
        };
        UpdateMe: {
            givenNames?: string;
            familyName?: string;
        };
        User: {
            id: string;
            email: string;
            givenNames: string;
            familyName: string;
            roles: ("customer" | "agent" | "admin")[];
        };
        UserPage: {
            data: components["schemas"]["User"][];
            nextCursor: string | null;
        };
        VerifyEmail: {
            token: string;
        };
    };
    responses: {
        /** @description `bad_gateway`: A service gave no usable answer */
        BadGateway: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/bad_gateway",
                 *       "title": "A service gave no usable answer",
                 *       "status": 502,
                 *       "detail": "A service gave no usable answer.",
                 *       "instance": "/api/v1/…",
                 *       "code": "bad_gateway",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "bad_gateway";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `booking_not_found`: There is no such booking */
        BookingNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/booking_not_found",
                 *       "title": "There is no such booking",
                 *       "status": 404,
                 *       "detail": "There is no such booking.",
                 *       "instance": "/api/v1/…",
                 *       "code": "booking_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "booking_not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `cancellation_not_found`: There is no such cancellation */
        CancellationNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/cancellation_not_found",
                 *       "title": "There is no such cancellation",
                 *       "status": 404,
                 *       "detail": "There is no such cancellation.",
                 *       "instance": "/api/v1/…",
                 *       "code": "cancellation_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "cancellation_not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `card_declined`: The card was declined */
        CardDeclined: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/card_declined",
                 *       "title": "The card was declined",
                 *       "status": 402,
                 *       "detail": "The card was declined.",
                 *       "instance": "/api/v1/…",
                 *       "code": "card_declined",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "card_declined";
                    /** @description The provider's reason, such as insufficient_funds */
                    declineCode?: string;
                    paymentId?: string;
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `csrf_failed`: The request does not come from the site itself */
        CsrfFailed: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/csrf_failed",
                 *       "title": "The request does not come from the site itself",
                 *       "status": 403,
                 *       "detail": "The request does not come from the site itself.",
                 *       "instance": "/api/v1/…",
                 *       "code": "csrf_failed",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "csrf_failed";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `email_not_verified`: Verify your e-mail address first. `invalid_transition`: The change is not possible in this state */
        EmailNotVerifiedOrInvalidTransition: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/email_not_verified",
                 *       "title": "Verify your e-mail address first",
                 *       "status": 409,
                 *       "detail": "Verify your e-mail address first.",
                 *       "instance": "/api/v1/…",
                 *       "code": "email_not_verified",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "email_not_verified" | "invalid_transition";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `email_taken`: This e-mail address has an account */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/email_taken",
                 *       "title": "This e-mail address has an account",
                 *       "status": 409,
                 *       "detail": "This e-mail address has an account.",
                 *       "instance": "/api/v1/…",
                 *       "code": "email_taken",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "email_taken";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `flight_not_found`: There is no such flight */
        FlightNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/flight_not_found",
                 *       "title": "There is no such flight",
                 *       "status": 404,
                 *       "detail": "There is no such flight.",
                 *       "instance": "/api/v1/…",
                 *       "code": "flight_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "flight_not_found";
                    flightId?: string;
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `forbidden`: Your role may not do this. `csrf_failed`: The request does not come from the site itself */
        ForbiddenOrCsrfFailed: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/forbidden",
                 *       "title": "Your role may not do this",
                 *       "status": 403,
                 *       "detail": "Your role may not do this.",
                 *       "instance": "/api/v1/…",
                 *       "code": "forbidden",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "forbidden" | "csrf_failed";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `gateway_timeout`: A service did not answer in time */
        GatewayTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/gateway_timeout",
                 *       "title": "A service did not answer in time",
                 *       "status": 504,
                 *       "detail": "A service did not answer in time.",
                 *       "instance": "/api/v1/…",
                 *       "code": "gateway_timeout",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "gateway_timeout";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `headers_too_large`: The headers are too large */
        HeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/headers_too_large",
                 *       "title": "The headers are too large",
                 *       "status": 431,
                 *       "detail": "The headers are too large.",
                 *       "instance": "/api/v1/…",
                 *       "code": "headers_too_large",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "headers_too_large";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `hold_not_found`: There is no such hold */
        HoldNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/hold_not_found",
                 *       "title": "There is no such hold",
                 *       "status": 404,
                 *       "detail": "There is no such hold.",
                 *       "instance": "/api/v1/…",
                 *       "code": "hold_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "hold_not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
        IdempotencyKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/idempotency_key_reused",
                 *       "title": "The Idempotency-Key was used for another request",
                 *       "status": 422,
                 *       "detail": "The Idempotency-Key was used for another request.",
                 *       "instance": "/api/v1/…",
                 *       "code": "idempotency_key_reused",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "idempotency_key_reused";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. `refund_exceeds_captured`: The refunds would come to more than was captured */
        IdempotencyKeyReusedOrRefundExceedsCaptured: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/idempotency_key_reused",
                 *       "title": "The Idempotency-Key was used for another request",
                 *       "status": 422,
                 *       "detail": "The Idempotency-Key was used for another request.",
                 *       "instance": "/api/v1/…",
                 *       "code": "idempotency_key_reused",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "idempotency_key_reused" | "refund_exceeds_captured";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `if_match_required`: This call needs an If-Match header */
        IfMatchRequired: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/if_match_required",
                 *       "title": "This call needs an If-Match header",
                 *       "status": 428,
                 *       "detail": "This call needs an If-Match header.",
                 *       "instance": "/api/v1/…",
                 *       "code": "if_match_required",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "if_match_required";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `internal_error`: Something went wrong on our side */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/internal_error",
                 *       "title": "Something went wrong on our side",
                 *       "status": 500,
                 *       "detail": "Something went wrong on our side.",
                 *       "instance": "/api/v1/…",
                 *       "code": "internal_error",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "internal_error";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `invalid_credentials`: E-mail or password is wrong. `second_factor_required`: This account needs a code of its second factor too. `invalid_second_factor`: The code of the second factor is wrong or was used already */
        InvalidCredentialsOrSecondFactorRequiredOrInvalidSecondFactor: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/invalid_credentials",
                 *       "title": "E-mail or password is wrong",
                 *       "status": 401,
                 *       "detail": "E-mail or password is wrong.",
                 *       "instance": "/api/v1/…",
                 *       "code": "invalid_credentials",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "invalid_credentials" | "second_factor_required" | "invalid_second_factor";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `invalid_request`: The request is not valid */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/invalid_request",
                 *       "title": "The request is not valid",
                 *       "status": 400,
                 *       "detail": "The request is not valid.",
                 *       "instance": "/api/v1/…",
                 *       "code": "invalid_request",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "invalid_request";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `invalid_request`: The request is not valid. `idempotency_key_required`: This call needs an Idempotency-Key header */
        InvalidRequestOrIdempotencyKeyRequired: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/invalid_request",
                 *       "title": "The request is not valid",
                 *       "status": 400,
                 *       "detail": "The request is not valid.",
                 *       "instance": "/api/v1/…",
                 *       "code": "invalid_request",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "invalid_request" | "idempotency_key_required";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `invalid_transition`: The change is not possible in this state */
        InvalidTransition: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/invalid_transition",
                 *       "title": "The change is not possible in this state",
                 *       "status": 409,
                 *       "detail": "The change is not possible in this state.",
                 *       "instance": "/api/v1/…",
                 *       "code": "invalid_transition",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "invalid_transition";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `not_found`: There is no such thing here */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/not_found",
                 *       "title": "There is no such thing here",
                 *       "status": 404,
                 *       "detail": "There is no such thing here.",
                 *       "instance": "/api/v1/…",
                 *       "code": "not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `payload_too_large`: The body is too large */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/payload_too_large",
                 *       "title": "The body is too large",
                 *       "status": 413,
                 *       "detail": "The body is too large.",
                 *       "instance": "/api/v1/…",
                 *       "code": "payload_too_large",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "payload_too_large";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `payment_not_found`: There is no such payment */
        PaymentNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/payment_not_found",
                 *       "title": "There is no such payment",
                 *       "status": 404,
                 *       "detail": "There is no such payment.",
                 *       "instance": "/api/v1/…",
                 *       "code": "payment_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "payment_not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `rate_limited`: Too many requests */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/rate_limited",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "detail": "Too many requests.",
                 *       "instance": "/api/v1/…",
                 *       "code": "rate_limited",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "rate_limited";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `refund_not_found`: There is no such refund */
        RefundNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/refund_not_found",
                 *       "title": "There is no such refund",
                 *       "status": 404,
                 *       "detail": "There is no such refund.",
                 *       "instance": "/api/v1/…",
                 *       "code": "refund_not_found",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "refund_not_found";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `request_in_progress`: A request with this key is still running. `invalid_transition`: The change is not possible in this state */
        RequestInProgressOrInvalidTransition: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/request_in_progress",
                 *       "title": "A request with this key is still running",
                 *       "status": 409,
                 *       "detail": "A request with this key is still running.",
                 *       "instance": "/api/v1/…",
                 *       "code": "request_in_progress",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "request_in_progress" | "invalid_transition";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `stale_version`: The resource has changed since you read it */
        StaleVersion: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/stale_version",
                 *       "title": "The resource has changed since you read it",
                 *       "status": 412,
                 *       "detail": "The resource has changed since you read it.",
                 *       "instance": "/api/v1/…",
                 *       "code": "stale_version",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "stale_version";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `unauthenticated`: Sign in first. `invalid_token`: The token is not valid */
        UnauthenticatedOrInvalidToken: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/unauthenticated",
                 *       "title": "Sign in first",
                 *       "status": 401,
                 *       "detail": "Sign in first.",
                 *       "instance": "/api/v1/…",
                 *       "code": "unauthenticated",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "unauthenticated" | "invalid_token";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `unavailable`: A service is not available */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/unavailable",
                 *       "title": "A service is not available",
                 *       "status": 503,
                 *       "detail": "A service is not available.",
                 *       "instance": "/api/v1/…",
                 *       "code": "unavailable",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "unavailable";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
        /** @description `unsupported_media_type`: The content type is not supported */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://skyhold.example/problems/unsupported_media_type",
                 *       "title": "The content type is not supported",
                 *       "status": 415,
                 *       "detail": "The content type is not supported.",
                 *       "instance": "/api/v1/…",
                 *       "code": "unsupported_media_type",
                 *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                 *     }
                 */
                "application/problem+json": {
                    /** @enum {string} */
                    code: "unsupported_media_type";
                } & WithRequired<components["schemas"]["Problem"], "code">;
            };
        };
    };
    parameters: {
        /**
         * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
         * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
         */
        IdempotencyKey: string;
        /** @description The `ETag` of the thing as it was read */
        IfMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Names the request in all logs: what was sent under this name, or a new one. The `requestId` of a problem is the same */
        XRequestId: string;
        /** @description The tightest limit, as in `"user";q=300;w=60` */
        RateLimitPolicy: string;
        /** @description What is left of it, as in `"user";r=299;t=60` */
        RateLimit: string;
        /** @description Whole seconds after which another try makes sense */
        RetryAfter: number;
        /** @description How to sign in: `Bearer realm="skyhold"` */
        WwwAuthenticate: string;
        /** @description Where what was made, or is being made, is read */
        Location: string;
        /** @description The version of what was read; for `If-Match` and `If-None-Match` */
        ETag: string;
        /** @description `true` when this is the answer that the key was given before */
        IdempotencyReplayed: "true";
    };
    pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
    listPublicKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            kty: string;
                            crv: string;
                            x: string;
                            kid: string;
                            alg: string;
                            use: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "asha@example.com",
                 *       "password": "seven quiet rivers",
                 *       "givenNames": "Asha",
                 *       "familyName": "Rao"
                 *     }
                 */
                "application/json": {
                    email: string;
                    password: string;
                    givenNames: string;
                    familyName: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["InvalidCredentialsOrSecondFactorRequiredOrInvalidSecondFactor"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            /** @description `invalid_token`: The token is not valid */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/invalid_token",
                     *       "title": "The token is not valid",
                     *       "status": 401,
                     *       "detail": "The token is not valid.",
                     *       "instance": "/api/v1/…",
                     *       "code": "invalid_token",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid_token";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    requestVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A link is on its way, unless the address is verified or several went there lately. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmail"];
            };
        };
        responses: {
            /** @description The address is verified. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestPasswordReset"];
            };
        };
        responses: {
            /** @description If the address has an account, a link is on its way, or one that is still good came lately. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description The password is set. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMe"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmail"];
            };
        };
        responses: {
            /** @description A link is on its way to the new address, unless several went there lately. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description The password is changed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The other sessions have ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    getSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactor"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    beginSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginSecondFactor"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorSecret"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            409: components["responses"]["EmailNotVerifiedOrInvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    removeSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RemoveSecondFactor"];
            };
        };
        responses: {
            /** @description The account has no second factor. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    confirmSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmSecondFactor"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            409: components["responses"]["EmailNotVerifiedOrInvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description A part of the e-mail address */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    setRoles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    roles: ("customer" | "agent" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    endSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is signed in nowhere. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    resetSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account has no second factor. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description Who did it: a user, or `operator` */
                actorId?: string;
                /** @description Whose account it was done to */
                subjectId?: string;
                /** @description What was done */
                action?: string;
                /** @description From this moment on */
                since?: string;
                /** @description Before this moment */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listAirports: {
        parameters: {
            query?: {
                /** @description Code, city or name; case and accents do not matter */
                q?: string;
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AirportPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listAircraft: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            code: string;
                            name: string;
                            seats: number;
                            cabins: {
                                /** @enum {unknown} */
                                cabin: "economy" | "premium_economy" | "business" | "first";
                                seats: number;
                            }[];
                            layout: components["schemas"]["Layout"];
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            number: string;
                            carrier: string;
                            from: string;
                            to: string;
                            daysOfWeek: number[];
                            /** @description HH:MM at the origin */
                            departsLocal: string;
                            blockMinutes: number;
                            aircraft: string;
                            effectiveFrom: string;
                            effectiveTo: string | null;
                            fares: components["schemas"]["FareState"][];
                            surcharges: {
                                /** @enum {unknown} */
                                feature: "window" | "middle" | "aisle" | "exit_row" | "extra_legroom" | "bulkhead" | "limited_recline";
                                amountMinor: number;
                            }[];
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    searchFlights: {
        parameters: {
            query: {
                /** @description IATA code of the origin */
                from: string;
                /** @description IATA code of the destination */
                to: string;
                /** @description The local day at the origin */
                date: string;
                /** @description 1 unless it is said */
                passengers?: number;
                /** @description Any cabin unless it is said */
                cabin?: "economy" | "premium_economy" | "business" | "first";
                /** @description By departure unless it is said. Prices of different currencies are ordered by reference rates. */
                sort?: "departure" | "price" | "duration";
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlightPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createFlight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    carrier: string;
                    /** @description `201` or `D1 201` */
                    number: string;
                    from: string;
                    to: string;
                    /** @description Local at the origin (2026-12-01T08:30), with its offset, or in UTC with Z. A time that the clocks skip is refused; one that comes twice is the first. */
                    departsAt: string;
                    /** @description Local at the destination (2026-12-01T08:30), with its offset, or in UTC with Z. A time that the clocks skip is refused; one that comes twice is the first. */
                    arrivesAt?: string;
                    /** @description From gate to gate, in place of arrivesAt */
                    blockMinutes?: number;
                    aircraft: string;
                    gate?: string;
                    /** @description The carrier's usual ones when left out */
                    fares?: components["schemas"]["FareState"][];
                    surcharges?: {
                        /** @enum {unknown} */
                        feature: "window" | "middle" | "aisle" | "exit_row" | "extra_legroom" | "bulkhead" | "limited_recline";
                        amountMinor: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flight"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readFlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flight"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["FlightNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    changeFlight: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of the thing as it was read */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Local at the origin (2026-12-01T08:30), with its offset, or in UTC with Z. A time that the clocks skip is refused; one that comes twice is the first. */
                    departsAt?: string;
                    /** @description Local at the destination (2026-12-01T08:30), with its offset, or in UTC with Z. A time that the clocks skip is refused; one that comes twice is the first. */
                    arrivesAt?: string;
                    gate?: string | null;
                    aircraft?: string;
                    /** @enum {unknown} */
                    status?: "scheduled" | "delayed" | "boarding" | "departed" | "arrived";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flight"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["FlightNotFound"];
            /** @description `flight_departed`: The flight has departed. `invalid_transition`: The change is not possible in this state */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/flight_departed",
                     *       "title": "The flight has departed",
                     *       "status": 409,
                     *       "detail": "The flight has departed.",
                     *       "instance": "/api/v1/…",
                     *       "code": "flight_departed",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "flight_departed" | "invalid_transition";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            412: components["responses"]["StaleVersion"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["IfMatchRequired"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    cancelFlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Why, in words that the passengers get to read */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flight"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["FlightNotFound"];
            /** @description `flight_departed`: The flight has departed */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/flight_departed",
                     *       "title": "The flight has departed",
                     *       "status": 409,
                     *       "detail": "The flight has departed.",
                     *       "instance": "/api/v1/…",
                     *       "code": "flight_departed",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "flight_departed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listFlightAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["FlightNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readSeatMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeatMap"];
                };
            };
            /** @description Unchanged since the tag in `If-None-Match` */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["FlightNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    watchSeatMap: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that was seen */
                "last-event-id"?: string;
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events without an end */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["FlightNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createHold: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
                /** @description The admitted place in line of each flight that has a line, in a comma list */
                "Waiting-Room-Place"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "flights": [
                 *         {
                 *           "flightId": "flt_2VfUX7",
                 *           "fare": "ECOFLEX",
                 *           "seats": [
                 *             "12A",
                 *             null
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    flights: {
                        flightId: string;
                        fare: string;
                        seats: (string | null)[];
                    }[];
                };
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description `invalid_request`: The request is not valid. `idempotency_key_required`: This call needs an Idempotency-Key header. `no_such_seat`: The aircraft has no such seat. `duplicate_seat`: A seat is asked for twice. `duplicate_flight`: A flight is asked for twice. `fare_cabin_mismatch`: The seat is not in the cabin of the fare */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/invalid_request",
                     *       "title": "The request is not valid",
                     *       "status": 400,
                     *       "detail": "The request is not valid.",
                     *       "instance": "/api/v1/…",
                     *       "code": "invalid_request",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid_request" | "idempotency_key_required" | "no_such_seat" | "duplicate_seat" | "duplicate_flight" | "fare_cabin_mismatch";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["FlightNotFound"];
            /** @description `seat_unavailable`: A seat is not available. `flight_not_on_sale`: The flight is not on sale. `fare_sold_out`: The fare is sold out. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/seat_unavailable",
                     *       "title": "A seat is not available",
                     *       "status": 409,
                     *       "detail": "A seat is not available.",
                     *       "instance": "/api/v1/…",
                     *       "code": "seat_unavailable",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "seat_unavailable" | "flight_not_on_sale" | "fare_sold_out" | "request_in_progress";
                        /** @description The seats that stand in the way */
                        seats?: {
                            flightId: string;
                            designator: string;
                            /** @enum {unknown} */
                            status: "available" | "held" | "sold" | "blocked";
                            /** @description When the hold on it lapses; absent while it is being paid for */
                            heldUntil?: string;
                        }[];
                        flightId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. `hold_limit_reached`: You have as many live holds as one may have. `mixed_currencies`: The flights are sold in different currencies */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/idempotency_key_reused",
                     *       "title": "The Idempotency-Key was used for another request",
                     *       "status": 422,
                     *       "detail": "The Idempotency-Key was used for another request.",
                     *       "instance": "/api/v1/…",
                     *       "code": "idempotency_key_reused",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "idempotency_key_reused" | "hold_limit_reached" | "mixed_currencies";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description `rate_limited`: Too many requests. `waiting_room`: There is a line for this flight */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/rate_limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "detail": "Too many requests.",
                     *       "instance": "/api/v1/…",
                     *       "code": "rate_limited",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited" | "waiting_room";
                        flightId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["HoldNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    releaseHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["HoldNotFound"];
            /** @description `hold_consumed`: The hold is used by a booking */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/hold_consumed",
                     *       "title": "The hold is used by a booking",
                     *       "status": 409,
                     *       "detail": "The hold is used by a booking.",
                     *       "instance": "/api/v1/…",
                     *       "code": "hold_consumed",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "hold_consumed";
                        bookingId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    extendHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["HoldNotFound"];
            /** @description `hold_expired`: The hold has expired. `hold_consumed`: The hold is used by a booking. `payment_in_progress`: A payment is in progress */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/hold_expired",
                     *       "title": "The hold has expired",
                     *       "status": 409,
                     *       "detail": "The hold has expired.",
                     *       "instance": "/api/v1/…",
                     *       "code": "hold_expired",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "hold_expired" | "hold_consumed" | "payment_in_progress";
                        bookingId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `hold_extension_limit`: The hold cannot be extended further */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/hold_extension_limit",
                     *       "title": "The hold cannot be extended further",
                     *       "status": 422,
                     *       "detail": "The hold cannot be extended further.",
                     *       "instance": "/api/v1/…",
                     *       "code": "hold_extension_limit",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "hold_extension_limit";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listBookings: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description The booking reference */
                reference?: string;
                /** @description A passenger’s family name */
                familyName?: string;
                /** @description The e-mail address of the contact */
                email?: string;
                /** @description A flight of the booking */
                flightId?: string;
                /** @description Only those in this state */
                status?: "awaiting_payment" | "payment_processing" | "confirmed" | "expired" | "cancellation_pending" | "cancelled" | "attention";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createBooking: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "holdId": "hld_7Kq2Rm",
                 *       "passengers": [
                 *         {
                 *           "givenNames": "Asha",
                 *           "familyName": "Rao",
                 *           "type": "adult",
                 *           "seats": [
                 *             "12A"
                 *           ]
                 *         },
                 *         {
                 *           "givenNames": "Ravi",
                 *           "familyName": "Rao",
                 *           "type": "child",
                 *           "bornOn": "2019-05-04",
                 *           "seats": [
                 *             "12B"
                 *           ]
                 *         }
                 *       ],
                 *       "contact": {
                 *         "email": "asha@example.com",
                 *         "phone": "+91 22 5550 0100"
                 *       }
                 *     }
                 */
                "application/json": {
                    holdId: string;
                    passengers: components["schemas"]["NewPassenger"][];
                    contact: components["schemas"]["Contact"];
                };
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Booking"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["HoldNotFound"];
            /** @description `hold_expired`: The hold has expired. `hold_consumed`: The hold is used by a booking. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/hold_expired",
                     *       "title": "The hold has expired",
                     *       "status": 409,
                     *       "detail": "The hold has expired.",
                     *       "instance": "/api/v1/…",
                     *       "code": "hold_expired",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "hold_expired" | "hold_consumed" | "request_in_progress";
                        bookingId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    lookUpBooking: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "XK7R2B",
                 *       "familyName": "Rao"
                 *     }
                 */
                "application/json": {
                    reference: string;
                    familyName: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundBooking"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["BookingNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readBooking: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Booking"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    changeContact: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of the thing as it was read */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    contact: components["schemas"]["Contact"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Booking"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            412: components["responses"]["StaleVersion"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["IfMatchRequired"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    resolveBooking: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    action: "recheck" | "cancel";
                    /** @description Why; kept in the audit and not shown to the customer */
                    note: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Booking"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            409: components["responses"]["RequestInProgressOrInvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listPayments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    payForBooking: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "paymentMethod": "pm_card_visa"
                 *     }
                 */
                "application/json": {
                    paymentMethod?: string;
                };
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description Accepted; ask again for how it ends */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            402: components["responses"]["CardDeclined"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            /** @description `flight_not_on_sale`: The flight is not on sale. `booking_expired`: The booking has expired. `booking_cancelled`: The booking is cancelled. `already_paid`: The booking is paid already. `payment_in_progress`: A payment is in progress. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/flight_not_on_sale",
                     *       "title": "The flight is not on sale",
                     *       "status": 409,
                     *       "detail": "The flight is not on sale.",
                     *       "instance": "/api/v1/…",
                     *       "code": "flight_not_on_sale",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "flight_not_on_sale" | "booking_expired" | "booking_cancelled" | "already_paid" | "payment_in_progress" | "request_in_progress";
                        flightId?: string;
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["PaymentNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    confirmPayment: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description Accepted; ask again for how it ends */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            402: components["responses"]["CardDeclined"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["PaymentNotFound"];
            /** @description `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/request_in_progress",
                     *       "title": "A request with this key is still running",
                     *       "status": 409,
                     *       "detail": "A request with this key is still running.",
                     *       "instance": "/api/v1/…",
                     *       "code": "request_in_progress",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "request_in_progress";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    quoteCancellation: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            /** @description `payment_in_progress`: A payment is in progress. `not_cancellable`: The booking cannot be cancelled. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/payment_in_progress",
                     *       "title": "A payment is in progress",
                     *       "status": 409,
                     *       "detail": "A payment is in progress.",
                     *       "instance": "/api/v1/…",
                     *       "code": "payment_in_progress",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "payment_in_progress" | "not_cancellable" | "request_in_progress";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readCancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["CancellationNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    confirmCancellation: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Booking"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["CancellationNotFound"];
            /** @description `payment_in_progress`: A payment is in progress. `not_cancellable`: The booking cannot be cancelled. `quote_expired`: The quote has expired. `quote_superseded`: A newer quote has taken the place of this one. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/payment_in_progress",
                     *       "title": "A payment is in progress",
                     *       "status": 409,
                     *       "detail": "A payment is in progress.",
                     *       "instance": "/api/v1/…",
                     *       "code": "payment_in_progress",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "payment_in_progress" | "not_cancellable" | "quote_expired" | "quote_superseded" | "request_in_progress";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listRefunds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["PaymentNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createRefund: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amountMinor": 250000,
                 *       "reason": "A broken seat"
                 *     }
                 */
                "application/json": {
                    amountMinor?: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description Accepted; ask again for how it ends */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["PaymentNotFound"];
            /** @description `not_refundable`: There is nothing to refund. `request_in_progress`: A request with this key is still running */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/not_refundable",
                     *       "title": "There is nothing to refund",
                     *       "status": 409,
                     *       "detail": "There is nothing to refund.",
                     *       "instance": "/api/v1/…",
                     *       "code": "not_refundable",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_refundable" | "request_in_progress";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReusedOrRefundExceedsCaptured"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["RefundNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    retryRefund: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description Accepted; ask again for how it ends */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["RefundNotFound"];
            409: components["responses"]["RequestInProgressOrInvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReusedOrRefundExceedsCaptured"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    settleRefund: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.
                 * @example 0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11
                 */
                "Idempotency-Key": components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "note": "The account of the card is closed; paid by bank transfer.",
                 *       "reference": "SKYHOLD-2026-0117"
                 *     }
                 */
                "application/json": {
                    /** @description How and why; kept in the audit and not shown to the customer */
                    note: string;
                    /** @description What the customer finds the money by, such as the number of a bank transfer; in the e-mail that says so */
                    reference?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["InvalidRequestOrIdempotencyKeyRequired"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["RefundNotFound"];
            409: components["responses"]["RequestInProgressOrInvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReusedOrRefundExceedsCaptured"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listDisputes: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisputePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listBookingAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["BookingNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listProviderEvents: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description Without it those that wait for a person: `parked` */
                status?: "received" | "applied" | "ignored" | "parked" | "dismissed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderEventPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    replayProviderEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderEvent"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    dismissProviderEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What was done about it; kept in the audit */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderEvent"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listProviderEventAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    takeProviderEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description `t=…,v1=…`; two secrets are good during rotation */
                "stripe-signature"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken, now or earlier */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        received: boolean;
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_signature`: The signature is not valid */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://skyhold.example/problems/invalid_request",
                     *       "title": "The request is not valid",
                     *       "status": 400,
                     *       "detail": "The request is not valid.",
                     *       "instance": "/api/v1/…",
                     *       "code": "invalid_request",
                     *       "requestId": "3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11"
                     *     }
                     */
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid_request" | "invalid_signature";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description Only what concerns this booking */
                bookingId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    resendNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted; ask again for how it ends */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listNotificationAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description Only those in this state */
                status?: "open" | "replaying" | "replayed" | "dismissed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    dismissDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What was done about it; kept in the audit */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InvalidTransition"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listDeadLetterAudit: {
        parameters: {
            query?: {
                /** @description How many a page has at most; 20 unless it is said */
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of the thing */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readIntegrity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrityReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    runIntegrity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrityReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    openCookieSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CookieSession"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["InvalidCredentialsOrSecondFactorRequiredOrInvalidSecondFactor"];
            403: components["responses"]["CsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    endCookieSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["CsrfFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readCsrfToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CsrfToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    takePlaceInLine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TakePlace"];
            };
        };
        responses: {
            /** @description Created; `Location` says where */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceInLine"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrCsrfFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readPlaceInLine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The place as it was given */
                place: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceInLine"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};

/** Where each call is sent, whether it takes an Idempotency-Key, and whether it is open to those who are not signed in. */
export const CALLS = {
  listPublicKeys: { method: 'GET', path: '/.well-known/jwks.json', takesKey: false, isPublic: true },
  register: { method: 'POST', path: '/api/v1/auth/register', takesKey: false, isPublic: true },
  login: { method: 'POST', path: '/api/v1/auth/login', takesKey: false, isPublic: true },
  refreshTokens: { method: 'POST', path: '/api/v1/auth/refresh', takesKey: false, isPublic: true },
  logout: { method: 'POST', path: '/api/v1/auth/logout', takesKey: false, isPublic: true },
  requestVerification: { method: 'POST', path: '/api/v1/auth/verification-requests', takesKey: false, isPublic: false },
  verifyEmail: { method: 'POST', path: '/api/v1/auth/verifications', takesKey: false, isPublic: true },
  requestPasswordReset: { method: 'POST', path: '/api/v1/auth/password-resets', takesKey: false, isPublic: true },
  resetPassword: { method: 'POST', path: '/api/v1/auth/password-resets/confirmation', takesKey: false, isPublic: true },
  readMe: { method: 'GET', path: '/api/v1/me', takesKey: false, isPublic: false },
  updateMe: { method: 'PATCH', path: '/api/v1/me', takesKey: false, isPublic: false },
  changeEmail: { method: 'PUT', path: '/api/v1/me/email', takesKey: false, isPublic: false },
  changePassword: { method: 'PUT', path: '/api/v1/me/password', takesKey: false, isPublic: false },
  listSessions: { method: 'GET', path: '/api/v1/me/sessions', takesKey: false, isPublic: false },
  endOtherSessions: { method: 'DELETE', path: '/api/v1/me/sessions', takesKey: false, isPublic: false },
  endSession: { method: 'DELETE', path: '/api/v1/me/sessions/{id}', takesKey: false, isPublic: false },
  getSecondFactor: { method: 'GET', path: '/api/v1/me/second-factor', takesKey: false, isPublic: false },
  beginSecondFactor: { method: 'POST', path: '/api/v1/me/second-factor', takesKey: false, isPublic: false },
  removeSecondFactor: { method: 'DELETE', path: '/api/v1/me/second-factor', takesKey: false, isPublic: false },
  confirmSecondFactor: { method: 'POST', path: '/api/v1/me/second-factor/confirmation', takesKey: false, isPublic: false },
  listUsers: { method: 'GET', path: '/api/v1/users', takesKey: false, isPublic: false },
  setRoles: { method: 'PUT', path: '/api/v1/users/{id}/roles', takesKey: false, isPublic: false },
  endSessions: { method: 'DELETE', path: '/api/v1/users/{id}/sessions', takesKey: false, isPublic: false },
  resetSecondFactor: { method: 'DELETE', path: '/api/v1/users/{id}/second-factor', takesKey: false, isPublic: false },
  listAudit: { method: 'GET', path: '/api/v1/audit', takesKey: false, isPublic: false },
  listAirports: { method: 'GET', path: '/api/v1/airports', takesKey: false, isPublic: true },
  listAircraft: { method: 'GET', path: '/api/v1/aircraft', takesKey: false, isPublic: true },
  listSchedules: { method: 'GET', path: '/api/v1/schedules', takesKey: false, isPublic: false },
  searchFlights: { method: 'GET', path: '/api/v1/flights', takesKey: false, isPublic: true },
  createFlight: { method: 'POST', path: '/api/v1/flights', takesKey: false, isPublic: false },
  readFlight: { method: 'GET', path: '/api/v1/flights/{id}', takesKey: false, isPublic: true },
  changeFlight: { method: 'PATCH', path: '/api/v1/flights/{id}', takesKey: false, isPublic: false },
  cancelFlight: { method: 'POST', path: '/api/v1/flights/{id}/cancellation', takesKey: false, isPublic: false },
  listFlightAudit: { method: 'GET', path: '/api/v1/flights/{id}/audit', takesKey: false, isPublic: false },
  readSeatMap: { method: 'GET', path: '/api/v1/flights/{id}/seat-map', takesKey: false, isPublic: true },
  watchSeatMap: { method: 'GET', path: '/api/v1/flights/{id}/seat-map/events', takesKey: false, isPublic: true },
  createHold: { method: 'POST', path: '/api/v1/holds', takesKey: true, isPublic: false },
  readHold: { method: 'GET', path: '/api/v1/holds/{id}', takesKey: false, isPublic: false },
  releaseHold: { method: 'DELETE', path: '/api/v1/holds/{id}', takesKey: false, isPublic: false },
  extendHold: { method: 'POST', path: '/api/v1/holds/{id}/extension', takesKey: false, isPublic: false },
  createBooking: { method: 'POST', path: '/api/v1/bookings', takesKey: true, isPublic: false },
  listBookings: { method: 'GET', path: '/api/v1/bookings', takesKey: false, isPublic: false },
  lookUpBooking: { method: 'POST', path: '/api/v1/bookings/lookup', takesKey: false, isPublic: true },
  readBooking: { method: 'GET', path: '/api/v1/bookings/{id}', takesKey: false, isPublic: false },
  changeContact: { method: 'PATCH', path: '/api/v1/bookings/{id}', takesKey: false, isPublic: false },
  resolveBooking: { method: 'POST', path: '/api/v1/bookings/{id}/resolution', takesKey: true, isPublic: false },
  payForBooking: { method: 'POST', path: '/api/v1/bookings/{id}/payments', takesKey: true, isPublic: false },
  listPayments: { method: 'GET', path: '/api/v1/bookings/{id}/payments', takesKey: false, isPublic: false },
  readPayment: { method: 'GET', path: '/api/v1/payments/{id}', takesKey: false, isPublic: false },
  confirmPayment: { method: 'POST', path: '/api/v1/payments/{id}/confirmation', takesKey: true, isPublic: false },
  quoteCancellation: { method: 'POST', path: '/api/v1/bookings/{id}/cancellations', takesKey: true, isPublic: false },
  readCancellation: { method: 'GET', path: '/api/v1/cancellations/{id}', takesKey: false, isPublic: false },
  confirmCancellation: { method: 'POST', path: '/api/v1/cancellations/{id}/confirmation', takesKey: true, isPublic: false },
  createRefund: { method: 'POST', path: '/api/v1/payments/{id}/refunds', takesKey: true, isPublic: false },
  listRefunds: { method: 'GET', path: '/api/v1/payments/{id}/refunds', takesKey: false, isPublic: false },
  readRefund: { method: 'GET', path: '/api/v1/refunds/{id}', takesKey: false, isPublic: false },
  retryRefund: { method: 'POST', path: '/api/v1/refunds/{id}/retry', takesKey: true, isPublic: false },
  settleRefund: { method: 'POST', path: '/api/v1/refunds/{id}/settlement', takesKey: true, isPublic: false },
  listDisputes: { method: 'GET', path: '/api/v1/disputes', takesKey: false, isPublic: false },
  listBookingAudit: { method: 'GET', path: '/api/v1/bookings/{id}/audit', takesKey: false, isPublic: false },
  listProviderEvents: { method: 'GET', path: '/api/v1/provider-events', takesKey: false, isPublic: false },
  replayProviderEvent: { method: 'POST', path: '/api/v1/provider-events/{id}/replay', takesKey: false, isPublic: false },
  dismissProviderEvent: { method: 'POST', path: '/api/v1/provider-events/{id}/dismissal', takesKey: false, isPublic: false },
  listProviderEventAudit: { method: 'GET', path: '/api/v1/provider-events/{id}/audit', takesKey: false, isPublic: false },
  takeProviderEvent: { method: 'POST', path: '/api/v1/webhooks/payments', takesKey: false, isPublic: true },
  listNotifications: { method: 'GET', path: '/api/v1/notifications', takesKey: false, isPublic: false },
  readNotification: { method: 'GET', path: '/api/v1/notifications/{id}', takesKey: false, isPublic: false },
  resendNotification: { method: 'POST', path: '/api/v1/notifications/{id}/resend', takesKey: false, isPublic: false },
  listNotificationAudit: { method: 'GET', path: '/api/v1/notifications/{id}/audit', takesKey: false, isPublic: false },
  listDeadLetters: { method: 'GET', path: '/api/v1/dead-letters', takesKey: false, isPublic: false },
  replayDeadLetter: { method: 'POST', path: '/api/v1/dead-letters/{id}/replay', takesKey: false, isPublic: false },
  dismissDeadLetter: { method: 'POST', path: '/api/v1/dead-letters/{id}/dismissal', takesKey: false, isPublic: false },
  listDeadLetterAudit: { method: 'GET', path: '/api/v1/dead-letters/{id}/audit', takesKey: false, isPublic: false },
  readIntegrity: { method: 'GET', path: '/api/v1/integrity', takesKey: false, isPublic: false },
  runIntegrity: { method: 'POST', path: '/api/v1/integrity/runs', takesKey: false, isPublic: false },
  openCookieSession: { method: 'POST', path: '/api/v1/auth/cookie-session', takesKey: false, isPublic: true },
  endCookieSession: { method: 'DELETE', path: '/api/v1/auth/cookie-session', takesKey: false, isPublic: true },
  readCsrfToken: { method: 'GET', path: '/api/v1/auth/csrf', takesKey: false, isPublic: true },
  takePlaceInLine: { method: 'POST', path: '/api/v1/waiting-room/places', takesKey: false, isPublic: false },
  readPlaceInLine: { method: 'GET', path: '/api/v1/waiting-room/places/{place}', takesKey: false, isPublic: true },
} as const

/** Every code that a refusal may have. */
export type ProblemCode =
  | 'already_paid'
  | 'bad_gateway'
  | 'booking_cancelled'
  | 'booking_expired'
  | 'booking_not_found'
  | 'cancellation_not_found'
  | 'card_declined'
  | 'csrf_failed'
  | 'duplicate_flight'
  | 'duplicate_seat'
  | 'email_not_verified'
  | 'email_taken'
  | 'fare_cabin_mismatch'
  | 'fare_sold_out'
  | 'flight_departed'
  | 'flight_not_found'
  | 'flight_not_on_sale'
  | 'forbidden'
  | 'gateway_timeout'
  | 'headers_too_large'
  | 'hold_consumed'
  | 'hold_expired'
  | 'hold_extension_limit'
  | 'hold_limit_reached'
  | 'hold_not_found'
  | 'idempotency_key_required'
  | 'idempotency_key_reused'
  | 'if_match_required'
  | 'internal_error'
  | 'invalid_credentials'
  | 'invalid_request'
  | 'invalid_second_factor'
  | 'invalid_signature'
  | 'invalid_token'
  | 'invalid_transition'
  | 'mixed_currencies'
  | 'no_such_seat'
  | 'not_cancellable'
  | 'not_found'
  | 'not_refundable'
  | 'payload_too_large'
  | 'payment_in_progress'
  | 'payment_not_found'
  | 'quote_expired'
  | 'quote_superseded'
  | 'rate_limited'
  | 'refund_exceeds_captured'
  | 'refund_not_found'
  | 'request_in_progress'
  | 'seat_unavailable'
  | 'second_factor_required'
  | 'stale_version'
  | 'unauthenticated'
  | 'unavailable'
  | 'unsupported_media_type'
  | 'waiting_room'
