"""Every figure of the rules, with its source.

The numbers 000 … 004 name the source documents the product comes from; ○ marks what a station may change.
"""

from datetime import time, timedelta

# the clock of a matter
DAY_ENDS = time(18, 0)  # Beijing; n working days end at this hour of the n-th working day (design)
FIRST_CONTACT_DAYS = 1  # working days until somebody has spoken to the resident (004: 零懈怠)
ANSWER_DAYS = {
    "question": 1,
    "request": 3,
    "suggestion": 7,
    "complaint": 7,
    "praise": 1,
    "idea": 7,
}  # working days, by kind ○ (design)
WITHOUT_NEWS_DAYS = 5  # working days without a public line until the card says so itself (design)
QUESTIONS_MAX = 2  # times that the resident may be asked something (design)
EXTENSION_DAYS = 15  # working days that a head may add to the time of the answer, once (design)
WAIT_DAYS, WAIT_DAYS_BY_CARD = 5, 10  # working days that a question waits; longer where the card is the only way (design)
PROMISE_DAYS = 15  # working days: a later promised date needs the head (design)
PROMISE_MOVES = 2  # times that a promised date may move (design)
RECTIFICATION_DAYS = 5  # working days to mend what was "not solved" ○ (practice of several bureaus)
CHECK_DAYS = 1  # working days to check what was mended; after that the resident is asked all the same (our own)

# asking back
CARD_CALLBACK_DAYS = 7  # days that a card waits for a word before the callback lapses (design)
CALL_BACK_BY_PHONE_DAYS, CALL_BACK_IN_PERSON_DAYS = 1, 5  # working days; by SMS the next day (design)
SETTLED_PER_CALL = 10  # of what was settled face to face one in so many is asked by phone, the rest by card or SMS (design)
CALLBACK_RISES = time(12, 0)  # not taken by this hour of its due day, it goes to the bureau (design)
CALLBACK_TRIES = 3  # not reached so often, …
CALLBACK_TRY_DAYS = 2  # … on as many days, means unreachable (design)
RING_FROM, RING_UNTIL = time(8, 0), time(20, 0)  # Beijing; outside these hours no resident is rung (design: messages)
RING_AGAIN_AFTER = timedelta(hours=3)  # a try in vain is not followed sooner, nor in the same part of the day (our own)
TRIES_A_DAY = 2  # in vain; the next one is for another day (our own)
DAYPARTS = {
    "morning": (time(8, 0), time(12, 0)),
    "noon": (time(12, 0), time(14, 0)),
    "afternoon": (time(14, 0), time(18, 0)),
    "evening": (time(18, 0), time(20, 0)),
}  # Beijing; residents are offered all but the afternoon (000; the hours are our own)
DAYPARTS_OFFERED = ("morning", "noon", "evening")  # ○ (000)
CORRECTION_DAYS = 7  # days in which a resident may correct a rating (design)
SATISFACTION_FLOOR = 900  # tenths of a percent of the ratings given: 满意 and 基本满意 together (002)
WHOLE = 1000  # shares are whole tenths of a percent, rounded down: none is shown as more than it is (our own)
RATE_FROM = 10  # ratings given; of fewer only counts are shown (design)
DIGEST = time(8, 30)  # of a working day: what the heads read in the morning ○ (004: 次日通报)
DIGEST_LINES, DIGESTS_KEPT = 10, 30  # matters named under one heading; mornings that can be leafed back to (our own)
CAMPAIGN_DAYS, CAMPAIGN_MAX = 10, 500  # working days that a campaign lasts, matters in one (our own)
OBJECTION_DAYS = 90  # days after sign-off in which the card may still say "not solved" (design)

# visits 走访
VISIT_FROM, VISIT_UNTIL = time(8, 0), time(22, 0)  # Beijing; planned outside these hours is none, whoever wants it (002)
NIGHT_DAYS, NIGHT_FROM, NIGHT_UNTIL = ("mon", "wed", "fri"), time(20, 0), time(21, 0)  # 夜访: Monday, Wednesday, Friday ○ (004)
PLANNED_AHEAD = timedelta(days=366)  # how far ahead a visit may be planned (our own)
SERIES_MAX = 60  # visits of one series (our own)
TOPIC_MATTERS_MAX = 20  # matters of one topic visit (our own)
SITE_INTERVAL_DAYS = 30  # a must-visit site not seen for so many days rises by itself ○ (our own; 002 only says: must)
SITE_VISIT_DAYS = 5  # working days to go there once it did (our own)
WALK_MAX = 30  # visits under one heading of a day's walk (our own)
RECORD_CORRECTED = timedelta(days=7)  # how long whoever went may put the record right (our own: as long as a resident's rating)
SITES_MAX, SITE_NAME_MAX, SITE_ADDRESS_MAX = 200, 60, 120  # must-visit sites of one station; code points (our own)
TIER_DAYS, TIER_REACH = 30, timedelta(days=366)  # unseen for so many days a place is marked; how far back is looked (our own)
COUNT_MAX = 999  # of anything that one visit counts (our own)
REASON_MAX, DEPARTMENTS_MAX, DIARY_MAX = (
    80,
    120,
    200,
)  # code points of why one goes, of who goes along from elsewhere, and of the diary (our own)
SLIP_DAYS = 7  # days in which the resident chooses, and ahead of which slots are offered (design)
SLIP_KEPT = timedelta(days=7)  # the phone on a slip, after its visit ended (design §3)
SLIP_KEPT_AT_MOST = timedelta(days=30)  # and after it was left, whatever became of it (our own)
SLOT = timedelta(hours=1)  # what is offered of a part of the day (our own)
SLOT_AHEAD = timedelta(hours=2)  # no slot is offered sooner: the officer has to see it (our own)
VERIFY_BEFORE, VERIFY_AFTER = timedelta(minutes=30), timedelta(minutes=90)  # how long its digits say yes (issue of visits)
REMARK_MAX = 200  # code points of a spot check (our own)

# pairings 结对联建: a word every week, a visit every month, and …
DEEDS_BY = (6, 30), (12, 31)  # … two deeds a year (004); the first by the middle of the year (our own)
PAIRING_TIME = timedelta(days=2)  # from the day it begins to the first time that something is due, at least (our own)
PAIRING_LINE_MAX = 80  # code points of what is wanted, and of what was done (our own)

# the roster 值班表
DUTY_MAX = timedelta(hours=24)  # of one shift (004: 24小时值班制)
ROSTER_BACK = timedelta(days=7)  # how long a shift that is over can still be put right (our own)
ROSTER_ROWS = 500  # of one spreadsheet (our own)

# talks that residents book 预约说事
TALK_LENGTH = timedelta(minutes=30)  # of what is offered of a shift (our own)
BOOKED_NOTICE, BOOKED_AHEAD = timedelta(hours=2), timedelta(days=7)  # no sooner, no later (our own: as on a slip)
BOOKING_KEPT = timedelta(days=7)  # contact and subject, after the time or the end, whichever is first (design §3)
NEXT_FREE = 3  # free times of a room on the page of all rooms (our own)

# gatherings 警民活动 (our own, but where another source is named)
GATHERED_MAX = 9999  # of anything that one gathering counts
COMING_MAX, TAPS_KEPT = 9, 50  # people one resident may announce; hashes of the last taps that are known again
GATHERING_TITLE_MAX, REPORTED_MAX = 40, 2000  # code points
GATHERING_BACK = timedelta(days=7)  # how late one that nobody had planned may be written down
RESULTS_DAYS = 5  # working days after which heads are told that nobody reads yet what came of one
RESULTS_MAX, RESULT_MAX = 30, 200  # lines about what was asked and done; code points of each half
SHOWN_FROM, SHOWN_MAX = 3, 200  # ideas, or matters counted, from which on a community reads of them (design §3); code points

# notices 警情动态, 防范提示 (our own)
NOTICE_TITLE_MAX, NOTICE_MAX = 40, 1000  # code points
NOTICE_DAYS, NOTICE_DAYS_MAX = 30, 180  # days that one is read, unless its writer says otherwise, and at most
NOTICES_ON_PAGE = 3  # of them on the page of a community, and all behind a link

# the service team 社区公安服务队 (our own)
TEAM_MAX = 99  # people of one role
TEAM_DETAILS_MAX, TEAM_RESULT_MAX = 300, 500  # code points

# talks 说事
SIDES_MAX, AGREEMENTS_MAX = 4, 30  # sides of one talk (design), agreed points with their corrections (our own)
CALLED_MAX, AGREED_MAX = 12, 200  # code points of what a side is called, and of an agreed point (our own)
TALK_MAX, TALK_BACK = timedelta(hours=12), timedelta(days=30)  # how long one lasts, how late it may be written down (our own)
TALK_DAYS = 3  # working days to go on with one that is not closed (our own: as long as a request)
LOOK_BACK_DAYS = (7, 30)  # days after a talk was closed on which each side is asked ○ (004)
FAILED_SHOWN = timedelta(days=7)  # how long heads are shown a talk that came to nothing (our own)
CALLS_TOGETHER_DAYS = 3  # what is due to one side within so many days is one call (004)

# texts to residents (短信)
MESSAGES_FROM, MESSAGES_UNTIL = time(8), time(20)  # Beijing; no text goes out before or after ○ (design §5)
MESSAGES_PER_HOUR = 300  # at most, until the bureau sets another ○ (our own: a month of news, sent by mistake, is noticed)
MESSAGE_BACKOFF = tuple(timedelta(minutes=n) for n in (1, 5, 25, 125))  # after each failure; then it failed (our own)
MESSAGE_LEASE = timedelta(minutes=5)  # how long a worker has for the texts that it took, before another one may (our own)
MESSAGE_MAX = 140  # code points of a template: two texts at most, as networks count them (our own)
NEWS_TOGETHER = timedelta(hours=1)  # news of one matter within this time, not sent yet, is one text (design)
NEWS_KEPT = timedelta(days=3)  # after that nobody is told any more what she could read on her card (our own)
REPLY_DAYS = 3  # days that a text waits for its reply (design)
NUMBER_KEPT = timedelta(hours=72)  # the keyed hash that finds the text to a reply (design)
EXTENSION_KEPT = timedelta(days=7)  # how long a text keeps its extension 扩展码, so that a late reply finds it (our own)
SIGNED_WITHIN = timedelta(minutes=5)  # how old what a gateway signed may be (design)
EVENTS_KEPT = timedelta(days=3)  # how long what a gateway told is known again (our own)

# everything personal ends
CONTACT_KEPT = timedelta(days=90)  # contact data and photos, after the last sign-off or withdrawal ○ (design; never fewer)
YEAR = timedelta(days=365)  # of what is kept for years (our own)
TEXT_KEPT = 3 * YEAR  # what a resident wrote, after the same ○ (design)
VISIT_PHOTOS_KEPT = timedelta(days=90)  # photos of a visit or a gathering, after it was recorded (design)
CONTACT_KEPT_AT_MOST = timedelta(days=365)  # and after the last entry, whatever the state (design)
INCIDENT_KEPT = timedelta(days=30)  # phone and words of a 110 incident, after it happened, whatever the state (design)

# what a resident may send
BODY_MIN, BODY_MAX = 5, 4000  # code points (design)
POINTS_MAX = 5  # things in one matter (design)
POINT_MAX, PLACE_MAX, WORDS_MAX = 500, 200, 1000  # code points of a point, a place or a name, the words of a rating (our own)
EARLIER_MAX = 40  # code points of an earlier number, with its spaces (our own)
PHOTOS_MAX, PHOTOS_OF_MATTER, PHOTOS_OF_VISIT = (
    6,
    24,
    12,
)  # photos sent at a time (design), of one matter, of one visit or gathering (our own)
PHOTO_BYTES_IN = 10_000_000  # of one photo as it is sent (design)
PHOTO_PIXELS_IN = {"JPEG": 50_000_000, "PNG": 25_000_000, "HEIF": 25_000_000, "WEBP": 12_000_000}  # about 200 MB each (our own)
PHOTO_SIDE_IN, PHOTO_SCANS_IN = 30_000, 64  # pixels; scans of a progressive JPEG, of which each takes a whole pass (our own)
PHOTO_TURN = 15  # seconds that one photo waits for another (our own)
PHOTO_SIDE, PHOTO_BYTES = 1600, 400_000  # pixels and bytes of what is kept of it (design)
PORTRAIT_SIDE = 320  # pixels of an officer's (our own: small enough for a page on a phone)
NAME_MAX, PHONE_MAX = 40, 30  # code points (our own)
NOTICE = "2026-11-22.10"  # the version of the privacy notice; it changes with the text of templates/start/privacy.html

ARRIVAL_MONTHS = 6  # months of which the figures show by which door matters came in (our own)

# paper (our own: sheets that a station's printer feeds at a time, and that a browser lays out at once)
PLATES_AT_ONCE = 240  # stickers that are printed at a time: ten sheets
BATCH_MAX = 200  # blank echo cards of a batch

# what staff write (our own: what fits a row, and what a resident reads on a phone)
SUMMARY_MAX, ANSWER_MAX = 40, 2000  # code points
CAMPAIGN_TITLE_MAX, FORMULA_TITLE_MAX = 40, 20  # code points
TEMPLATES_MAX, TEMPLATE_TITLE_MAX = 50, 20  # answers that a station keeps, and code points of what stands on their buttons

# the questionnaire 走访调查表 (002; the figures are the design's, the lengths our own: what is read out standing at a door)
SURVEY_QUESTIONS = 8  # that a station asks at a time
SURVEY_ANSWERS = 2, 5  # to choose from, at least and at most
QUESTION_MAX, SURVEY_ANSWER_MAX = 60, 12  # code points

# what a spreadsheet of 110 incidents may bring (our own)
SHEET_ROWS, SHEET_COLUMNS, SHEET_BYTES = 5000, 50, 5_000_000
SHEET_LINES = 1_048_576  # lines of a text, empty ones too: as many rows as Excel keeps
SHEET_TEXT = 20_000_000  # bytes of all that a workbook says, which is packed in less
SHEET_MEMORY, SHEET_SECONDS = 1_000_000_000, 20  # of the process that reads it
IMPORT_PORTION, IMPORT_LEASE = 100, timedelta(minutes=1)  # rows of one write; after so long without one another worker goes on
INCIDENT_NUMBER_MAX, INCIDENT_KIND_MAX = 40, 12  # code points; a longer kind is contents

# setting up from spreadsheets (our own)
SETUP_ROWS, SETUP_PLATES = 5000, 60_000  # rows of one file; of door plates more
SETUP_CELL = 1000  # code points of one cell that are kept
SETUP_PORTION = 500  # rows between two looks at the progress bar
SETUP_KEPT = timedelta(hours=1)  # how long a file that was tried out waits to be brought in
SETUP_FAULTS_SHOWN = 50  # faulty rows on the page; the spreadsheet to correct has all
HEADINGS_WITHIN = 10  # rows that may stand above the headings, which are among them
CODE_MAX, PLACE_NAME_MAX, BUILDING_MAX = 20, 60, 80  # code points

# the approval of asking back after 110 calls (our own)
APPROVAL_MAX = 80  # code points of the number of an approval

# what may be set otherwise ○, by a station for itself or by the bureau for all: the default, the least and the most (our own)
RECTIFICATION_SETTABLE = RECTIFICATION_DAYS, 1, 10
LOOK_BACK_SETTABLE = (LOOK_BACK_DAYS[0], 3, 14), (LOOK_BACK_DAYS[1], 15, 60)
SITE_INTERVAL_SETTABLE = SITE_INTERVAL_DAYS, 1, 366  # … and of every single site
DIGEST_SETTABLE = DIGEST, time(6), time(11)
CONTACT_KEPT_SETTABLE = CONTACT_KEPT.days, 180  # days of a version of the privacy notice …
TEXT_KEPT_SETTABLE = 1, 5  # … and years
NIGHT_FROM_SETTABLE = NIGHT_FROM, time(19), NIGHT_FROM  # never later than in 004 …
NIGHT_UNTIL_SETTABLE = NIGHT_UNTIL, NIGHT_UNTIL, VISIT_UNTIL  # … nor over sooner: an hour at least
MESSAGES_FROM_SETTABLE = MESSAGES_FROM, MESSAGES_FROM, time(11)  # never earlier …
MESSAGES_UNTIL_SETTABLE = MESSAGES_UNTIL, time(16), MESSAGES_UNTIL  # … nor later than the design
ANSWER_SETTABLE = {
    "question": (ANSWER_DAYS["question"], 1, 3),
    "request": (ANSWER_DAYS["request"], 1, 5),
    **{kind: (ANSWER_DAYS[kind], 1, 15) for kind in ("suggestion", "complaint", "idea")},
}

# setting up (our own)
GUIDE_MAX, GUIDE_QUESTION_MAX, GUIDE_ANSWER_MAX = 10, 60, 300  # commonest questions; code points
GRIDS_MAX = 999  # grids of a community, and the number of the last

# sign-in
ACTIVATE_WITHIN = timedelta(days=7)  # how long the code of a new or reset account waits for its owner (our own)
CODES_AT_ONCE = 60  # codes that are printed at a time: a station or two, in the seconds that hashing them takes (our own)
PASSWORD_MIN, PASSWORD_MAX = 10, 200  # code points (our own)
WRONG_SIGN_INS = 5  # wrong tries …
WRONG_WITHIN = timedelta(minutes=15)  # … within this time …
LOCKED_FOR = timedelta(minutes=30)  # … lock the account for this long (design)
IDLE = timedelta(minutes=15)  # without a page, the session ends (design)
SIGNED_IN_AT_MOST = timedelta(hours=12)  # however busy (design)
CARD_OPEN_FOR = timedelta(minutes=30)  # how long a card stays open in a resident's browser (design)
