"""Inviting people by a signed link: where accounts, which know who may join, meet the post, which writes."""
