"""From partners' documents to series of this node: what each says, what holds of all of them, how it is taken."""
