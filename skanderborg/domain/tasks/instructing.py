"""What is proposed to a school, a daycare and the network: what to say and do when somebody asks or comes.

A parent with custody can seldom be refused, and one without it has a right to information that only a reasoned decision
takes away: so it is for the leader of the place to clear up, the same day (S1-84, S1-85).
"""

INSTRUCTION = (
    "Bekræft intet i telefonen eller over for fremmede. Kommer en forælder: hent lederen, ring til tovholder, ved fare "
    "112. Lederen afklarer samme dag forældremyndighed, samvær og ret til oplysninger."
)
