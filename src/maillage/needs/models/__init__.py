"""What is kept of needs, agreements and referrals."""

from maillage.needs.models.call_backs import CallBack as CallBack
from maillage.needs.models.needs import Agreement as Agreement, Need as Need
from maillage.needs.models.opinions import Opinion as Opinion
from maillage.needs.models.referrals import Referral as Referral, Reminder as Reminder
from maillage.needs.models.rules import RoutingRule as RoutingRule
from maillage.needs.models.terms import Synonym as Synonym, Term as Term
from maillage.needs.models.trees import ThemeTree as ThemeTree
