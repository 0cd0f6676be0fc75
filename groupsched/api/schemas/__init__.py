"""The shapes of the JSON interface, a file for each noun. Fields that are not named here are refused."""

from groupsched.api.schemas.attendance import (
    AnswerSchema,
    AttendeeSchema,
    OperationAnswers,
    OperationBatch,
    OperationResult,
    SheetSchema,
)
from groupsched.api.schemas.catalog import ModalitySchema, PlaceSchema, SiteSchema, WhereSchema
from groupsched.api.schemas.closures import ClosureAnswer, ClosureCreation, ClosureSchema, DryRunQuery
from groupsched.api.schemas.enrolments import (
    DateAnswerSchema,
    EnrolmentCreation,
    EnrolmentSchema,
    PersonOnly,
    SlotsSchema,
)
from groupsched.api.schemas.fields import (
    AnsweredAlone,
    FieldProblemSchema,
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
    ImpactSchema,
    OccurrenceChange,
    OccurrenceSchema,
    SeatsSchema,
    UndoneSchema,
)
from groupsched.api.schemas.people import FeedCreation, FeedSchema, PersonChange, PersonSchema

__all__ = [
    "AnswerSchema",
    "AnsweredAlone",
    "AttendeeSchema",
    "ClosureAnswer",
    "ClosureCreation",
    "ClosureSchema",
    "DateAnswerSchema",
    "DryRunQuery",
    "EnrolmentCreation",
    "EnrolmentSchema",
    "FeedCreation",
    "FeedSchema",
    "FieldProblemSchema",
    "GroupChange",
    "GroupCreation",
    "GroupSchema",
    "ImpactSchema",
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
    "ProblemSchema",
    "SearchText",
    "SeatsSchema",
    "SeriesSchema",
    "SheetSchema",
    "SiteSchema",
    "SlotsSchema",
    "UndoneSchema",
    "WhereSchema",
    "moment",
    "paged",
]
