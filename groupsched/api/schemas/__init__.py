"""The shapes of the JSON interface, a file for each noun. Fields that are not named here are refused."""

from groupsched.api.schemas.apart import ApartCreation, ApartSchema, GuestCreation, GuestSchema
from groupsched.api.schemas.attendance import (
    AnswerSchema,
    AttendeeSchema,
    OperationAnswers,
    OperationBatch,
    OperationResult,
    SheetSchema,
)
from groupsched.api.schemas.bookings import BookingQuery, BookingSchema, FreeQuery, FreeSpansSchema
from groupsched.api.schemas.catalog import ModalitySchema, PlaceSchema, SiteSchema, WhereSchema
from groupsched.api.schemas.closures import ClosureAnswer, ClosureCreation, ClosureSchema, DryRunQuery
from groupsched.api.schemas.covers import CoverAcceptance, CoverRequest, CoverSchema
from groupsched.api.schemas.enrolments import (
    DateAnswerSchema,
    EnrolmentCreation,
    EnrolmentSchema,
    PersonOnly,
    PoolChoice,
    SlotsSchema,
)
from groupsched.api.schemas.fields import (
    AnsweredAlone,
    FieldProblemSchema,
    KeptClashes,
    PageQuery,
    ProblemSchema,
    SearchText,
    moment,
    paged,
)
from groupsched.api.schemas.groups import (
    GroupChange,
    GroupCreation,
    GroupSchema,
    PersonBriefSchema,
    SeriesSchema,
)
from groupsched.api.schemas.occurrences import (
    ChangeSchema,
    ImpactSchema,
    OccurrenceChange,
    OccurrenceSchema,
    SeatsSchema,
    TakenProblemSchema,
    UndoneSchema,
)
from groupsched.api.schemas.people import FeedCreation, FeedSchema, PersonChange, PersonSchema
from groupsched.api.schemas.series import SeriesChange, SeriesCreation, SeriesEnd, SeriesImpact

__all__ = [
    "AnswerSchema",
    "AnsweredAlone",
    "ApartCreation",
    "ApartSchema",
    "AttendeeSchema",
    "BookingQuery",
    "BookingSchema",
    "ChangeSchema",
    "ClosureAnswer",
    "ClosureCreation",
    "ClosureSchema",
    "CoverAcceptance",
    "CoverRequest",
    "CoverSchema",
    "DateAnswerSchema",
    "DryRunQuery",
    "EnrolmentCreation",
    "EnrolmentSchema",
    "FeedCreation",
    "FeedSchema",
    "FieldProblemSchema",
    "FreeQuery",
    "FreeSpansSchema",
    "GroupChange",
    "GroupCreation",
    "GroupSchema",
    "GuestCreation",
    "GuestSchema",
    "ImpactSchema",
    "KeptClashes",
    "ModalitySchema",
    "OccurrenceChange",
    "OccurrenceSchema",
    "OperationAnswers",
    "OperationBatch",
    "OperationResult",
    "PageQuery",
    "PersonBriefSchema",
    "PersonChange",
    "PersonOnly",
    "PersonSchema",
    "PlaceSchema",
    "PoolChoice",
    "ProblemSchema",
    "SearchText",
    "SeatsSchema",
    "SeriesChange",
    "SeriesCreation",
    "SeriesEnd",
    "SeriesImpact",
    "SeriesSchema",
    "SheetSchema",
    "SiteSchema",
    "SlotsSchema",
    "TakenProblemSchema",
    "UndoneSchema",
    "WhereSchema",
    "moment",
    "paged",
]
